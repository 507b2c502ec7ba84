import type { JsonObject } from "@saddlepoint/core/contracts/json"
import { decodeDefinition } from "@saddlepoint/core/declare/decode/decode"
import { resolve } from "@saddlepoint/core/declare/decode/resolve"
import { unpairedOf } from "@saddlepoint/core/methods/translation/unpairedDomains"
import { readBatch } from "@saddlepoint/core/play/loader"
import { toTensors } from "@saddlepoint/core/play/toTensors"
import { train } from "@saddlepoint/core/play/trainer"
import { weightsDigest, weightsOf } from "@saddlepoint/core/play/weights"
import { openLoader } from "@saddlepoint/datasets/loader"
import { availability, type Engine, openEngine } from "@saddlepoint/engine"
import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import { fidPlugin } from "@saddlepoint/metrics/fid"
import { domainFeaturesPlugin } from "@saddlepoint/metrics/judges/domainFeatures"
import { kidPlugin } from "@saddlepoint/metrics/kid"
import { precisionRecallPlugin } from "@saddlepoint/metrics/precisionRecall"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import definition from "./cyclegan.ts"

/**
 * Whether the metrics of the translation experiment tell images of the other domain from ones that were not translated, and
 * those from noise, before any arm runs: on its digits, with fewer steps for the judge than the experiment has.
 */
const onnx = (await availability()).find(({ name }) => name === "onnx")
const reason = onnx?.available ? "" : `, skipped without the onnx engine: ${onnx?.reason}`

test("every arm of every profile learns from one pair of domains, and `alone` from no cycle and no identity term", () => {
  for (const profile of [undefined, "horse2zebra"]) {
    const { arms } = decodeDefinition(definition.json, definition.plugins, profile ? { profile } : {})
    expect(arms.map(({ key }) => key).sort()).toEqual(["alone", "cycleGan", "noIdentity"])
    for (const { spec } of arms) expect(spec.data).toEqual(arms[0]!.spec.data)
    const weights = Object.fromEntries(
      arms.map(({ key, spec }) => {
        const cycle = (spec.losses as readonly JsonObject[]).find(({ use }) => use === "l1")!
        return [key, [cycle.weight, spec.identity]]
      }),
    )
    expect(weights).toEqual({ alone: [0, 0.5], cycleGan: [10, 0.5], noIdentity: [10, 0] })
  }
})

describe.skipIf(!onnx?.available)(`on generated digits${reason}`, () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await openEngine({ device: "onnx" })
  })
  afterAll(() => engine.dispose())

  // One evaluator, so that the suite sees that it can be told; that it is told by each is evidence, which takes longer.
  test.each([0])(
    "evaluator seed %i: the other domain is better than untranslated images, and those than noise",
    async (seed) => {
      const { spec } = decodeDefinition(definition.json, definition.plugins).arms[0]!
      const data = resolve("dataset", spec.data!, definition.plugins)
      const dataset = await data.open()
      const judge = domainFeaturesPlugin.build({ steps: 200, seed, width: 16 })
      const { players } = await train({
        stages: judge.stages(dataset),
        seed,
        steps: judge.steps,
        engine,
        openLoader,
      })
      const player = players[judge.player]!
      const world = {
        dataset,
        datasetDigest: await data.digest(),
        judges: { features: { player, digest: weightsDigest(weightsOf(players)) } },
      }
      const metrics = [
        fidPlugin.build({ features: judge }),
        kidPlugin.build({ features: judge }),
        precisionRecallPlugin.build({ features: judge, neighbours: 5, inside: "<" }),
      ]
      const scores = async (answer: (batch: { input: tf.Tensor; target: tf.Tensor }) => tf.Tensor) => {
        const meterings = await Promise.all(metrics.map((metric) => metric.begin(world)))
        const { test } = dataset.splits
        for (let start = 0; start < test.size; start += 80) {
          const indices = Array.from({ length: 80 }, (_, i) => start + i)
          const { input, target } = toTensors(await readBatch(test, indices))
          const output = tf.tidy(() => answer({ input: input!, target: target! }))
          for (const metering of meterings) await metering.update({ input: input!, output })
          tf.dispose([input!, target!, output])
        }
        const measured = await Promise.all(meterings.map((metering) => metering.compute()))
        const values = Object.assign({}, ...measured.map(({ values }) => values)) as Record<string, number>
        return { ...values, noise: measured[0]!.noise!.fid! } as Record<
          "fid" | "kid" | "coverage" | "noise",
          number
        >
      }
      expect(unpairedOf(dataset).B.size).toBe(1000)
      const other = await scores(({ target }) => tf.clone(target))
      const untranslated = await scores(({ input }) => tf.clone(input))
      const drawn = stream("translationHeadroom.test", "noise")
      const noise = await scores(({ input }) =>
        tf.tensor(
          Float32Array.from({ length: input.size }, () => 2 * drawn.uniform() - 1),
          input.shape,
        ),
      )
      for (const distance of ["fid", "kid"] as const) {
        expect(other[distance]).toBeLessThan(untranslated[distance])
        expect(untranslated[distance]).toBeLessThan(noise[distance])
      }
      expect(untranslated.fid - other.fid).toBeGreaterThan(5 * Math.max(other.noise, untranslated.noise))
      expect(other.coverage).toBeGreaterThan(untranslated.coverage + 0.1)
      player.dispose()
    },
    120_000,
  )
})
