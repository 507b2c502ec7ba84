import { type Engine, openEngine } from "@saddlepoint/engine"
import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, describe, expect, test } from "vitest"

import { answered, judged, type MetricKind } from "./testing/metricKind.ts"
import { classes, classified, pairs, points, samples, translatedImages } from "./testing/metricKinds.ts"

/** What the rounding of an output is relative to, where that is more than its value: a line's height is a difference of its points. */
const leastScale: Readonly<Record<string, number>> = { fidInfinity: 0.1 }

/** What every metric must do, whatever it judges. A new metric in the catalogue is tested here without a line. */
let engine: Engine
beforeAll(async () => {
  engine = await openEngine()
})
afterAll(() => engine.dispose())

const opened = () => engine
const [ofTranslations, ofSamples, ofPairs] = [translatedImages(opened), samples(opened), pairs(opened)]

const all = Array.from({ length: answered }, (_, i) => i)
const cut = (order: readonly number[], size: number): number[][] =>
  Array.from({ length: Math.ceil(order.length / size) }, (_, i) => order.slice(i * size, (i + 1) * size))

for (const each of [ofTranslations, ofSamples, ofPairs, points, classes]) {
  // Each kind's metrics get the batches of that kind.
  const kind = each as unknown as MetricKind
  describe.each(kind.metrics.map(({ plugin, metric }) => [plugin.name, plugin, metric] as const))(
    `%s, judging ${kind.name},`,
    (name, plugin, metric) => {
      test("gives a finite number in its range for every output it declares, and no other", async () => {
        const { values } = await judged(kind, metric, [all])
        expect(Object.keys(values)).toEqual(metric.outputs.map((output) => output.name))
        for (const { name: output, range } of metric.outputs) {
          expect(Number.isFinite(values[output]), output).toBe(true)
          expect(values[output]).toBeGreaterThanOrEqual(range[0])
          expect(values[output]).toBeLessThanOrEqual(range[1])
        }
      })

      test("does not depend on how the evaluation is batched, nor on the order of the images", async () => {
        const { values, identity } = await judged(kind, metric, [all])
        const others = [cut(all, 7), cut(all, 1), cut(stream("order").shuffle(all), 8)]
        for (const batches of others) {
          const other = await judged(kind, metric, batches)
          expect(other.identity).toEqual(identity)
          for (const [output, value] of Object.entries(values)) {
            expect(Math.abs(other.values[output]! - value)).toBeLessThanOrEqual(
              kind.rounding * Math.max(leastScale[output] ?? 1e-3, Math.abs(value)),
            )
          }
        }
      })

      test("names in its identity itself, its version, the images, the dataset, and every judge", async () => {
        const { identity } = await judged(kind, metric, [all])
        expect(identity).toMatchObject({ metric: name, version: plugin.version, images: answered })
        const facts = Object.values(identity)
        expect(facts).toContain("a".repeat(64))
        const { judges } = await kind.world(metric)
        for (const judge of Object.keys(metric.judges)) expect(facts).toContain(judges[judge]!.digest)
        for (const fact of facts) {
          expect(["string", "number", "boolean"]).toContain(typeof fact)
          expect(JSON.parse(JSON.stringify(fact))).toBe(fact)
        }
      })

      test("says in one sentence that there was nothing to judge", async () => {
        const error = await judged(kind, metric, []).catch((caught: unknown) => caught)
        expect(error).toBeInstanceOf(Error)
        expect((error as Error).message).toMatch(/^Expected [^\n]+ but got (0|none)[;:][^\n]+\.$/)
      })

      test("refuses answers that are not finite in one sentence instead of giving them a value", async () => {
        const metering = await kind.begin(metric, await kind.world(metric))
        const batch = await kind.notFinite()
        await expect(metering.update(batch)).rejects.toThrow(
          /^Expected finite (images|points) to judge for \w+, but the outputs hold NaN or infinity; look at the trial's losses\.$/,
        )
        tf.dispose(batch as tf.TensorContainer)
        metering.dispose()
      })

      test("leaves no tensor behind", async () => {
        await judged(kind, metric, cut(all, 16))
        const before = tf.memory().numTensors
        await judged(kind, metric, cut(all, 16))
        expect(tf.memory().numTensors).toBe(before)
      })

      test("says in one sentence that it has not the judges that it needs", async () => {
        const world = { ...(await kind.world(metric)), judges: {} }
        const begun = kind.begin(metric, world)
        if (Object.keys(metric.judges).length === 0) return (await begun).dispose()
        await expect(begun).rejects.toThrow(
          /^Expected the trained judge \w+ for \w+, but got none; train the metric's judges first\.$/,
        )
      })
    },
  )
}

describe.each([...ofTranslations.metrics].map(({ plugin, metric }) => [plugin.name, metric] as const))(
  "%s of sets",
  (_, metric) => {
    test("refuses images of another shape than the real ones in one sentence", async () => {
      const metering = await metric.begin(await ofTranslations.world(metric))
      const output = tf.zeros([1, 8, 16, 3])
      await expect(metering.update({ output })).rejects.toThrow(
        /^Expected images of the real ones' shape \[16,16,3\] for \w+, but got \[8,16,3\]; the generator must answer/,
      )
      output.dispose()
      metering.dispose()
    })
  },
)

describe.each(ofPairs.metrics.map(({ plugin, metric }) => [plugin.name, metric] as const))(
  "%s of pairs",
  (_, metric) => {
    test("refuses outputs of another shape than the targets in one sentence", async () => {
      const metering = await metric.begin(await ofPairs.world(metric))
      const [output, target] = [tf.zeros([1, 8, 16, 3]), tf.zeros([1, 16, 16, 3])]
      await expect(metering.update({ input: target, output, target })).rejects.toThrow(
        /^Expected outputs of the targets' shape \[1,16,16,3\] for \w+, but got \[1,8,16,3\]/,
      )
      tf.dispose([output, target])
      metering.dispose()
    })
  },
)

describe.each(classes.metrics.map(({ plugin, metric }) => [plugin.name, metric] as const))(
  "%s of classes",
  (_, metric) => {
    test("takes a target without labels, or refuses it in one sentence", async () => {
      const metering = await metric.begin(await classes.world(metric))
      const { label, ...unlabelled } = classified("target", all)
      const taken = metering.update(unlabelled)
      if (metric.needsLabels) await expect(taken).rejects.toThrow(/^Expected labels of the target to judge/)
      else await taken
      tf.dispose([label, unlabelled.image, unlabelled.output])
    })
  },
)
