import type { OpenDataset } from "@saddlepoint/core/contracts/dataset"
import type { ClassifiedBatch, ClassMetric, Measured } from "@saddlepoint/core/contracts/metric"
import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, describe, expect, test } from "vitest"
import { classMetrics } from "./catalogue.ts"

/** What every metric of classes must do. A new metric in the catalogue is tested here without a line. */
beforeAll(async () => {
  await tf.setBackend("cpu")
})

const [classes, count] = [3, 24]
const dataset = { classes: ["a", "b", "c"] } as unknown as OpenDataset
const source = stream("classConformance.test")
const logits = Float32Array.from({ length: count * classes }, () => 2 * source.normal())
const labels = Int32Array.from({ length: count }, (_, i) => i % classes)

function batch(
  domain: "source" | "target",
  places: readonly number[],
  change: Partial<ClassifiedBatch> = {},
): ClassifiedBatch {
  const rows = places.flatMap((at) => Array.from(logits.subarray(at * classes, (at + 1) * classes)))
  return {
    domain,
    image: tf.zeros([places.length, 2, 2, 1]),
    output: tf.tensor2d(rows, [places.length, classes]),
    label: tf.tensor1d(
      places.map((at) => labels[at]!),
      "int32",
    ),
    ...change,
  }
}

async function judged(metric: ClassMetric, batches: readonly (readonly number[])[]): Promise<Measured> {
  const metering = await metric.begin({ dataset, datasetDigest: "d", judges: {} })
  for (const domain of ["target", "source"] as const) {
    for (const places of batches) {
      const one = batch(domain, places)
      await metering.update(one)
      tf.dispose([one.image, one.output, one.label!])
    }
  }
  const measured = await metering.compute()
  metering.dispose()
  return measured
}

const all = Array.from({ length: count }, (_, i) => i)

describe.each(classMetrics.map((plugin) => [plugin.name, plugin.build({})] as const))(
  "%s",
  (name, metric) => {
    test("gives a number in its range for every output it declares, whatever the batches and their order", async () => {
      const { values, identity } = await judged(metric, [all])
      expect(Object.keys(values)).toEqual(metric.outputs.map((output) => output.name))
      for (const { name: output, range } of metric.outputs) {
        expect(values[output]).toBeGreaterThanOrEqual(range[0])
        expect(values[output]).toBeLessThanOrEqual(range[1])
      }
      const cut = await judged(metric, [all.slice(10).reverse(), all.slice(0, 10)])
      expect(cut.identity).toEqual(identity)
      for (const [output, value] of Object.entries(values)) expect(cut.values[output]).toBeCloseTo(value, 12)
      expect(identity).toMatchObject({ metric: name, images: count, dataset: "d" })
    })

    test("refuses answers that are not finite, and says that there was nothing to judge", async () => {
      const metering = await metric.begin({ dataset, datasetDigest: "d", judges: {} })
      const output = tf.fill([1, classes], Number.NaN)
      await expect(metering.update(batch("target", [0], { output }))).rejects.toThrow(/^Expected finite/)
      await expect(judged(metric, [])).rejects.toThrow(/^Expected at least 1 [^\n]+ but got 0[;.]/)
    })

    test("takes a target without labels, or refuses it in one sentence", async () => {
      const metering = await metric.begin({ dataset, datasetDigest: "d", judges: {} })
      const { label: _, ...unlabelled } = batch("target", all)
      const taken = metering.update(unlabelled)
      if (metric.needsLabels) await expect(taken).rejects.toThrow(/^Expected labels of the target to judge/)
      else await taken
    })
  },
)
