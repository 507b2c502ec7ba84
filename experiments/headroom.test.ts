import { controls } from "@saddlepoint/core/answer/controls"
import { evaluate } from "@saddlepoint/core/answer/evaluate"
import type { OpenDataset } from "@saddlepoint/core/contracts/dataset"
import type { TrainedJudge } from "@saddlepoint/core/contracts/judge"
import type { MetricWorld } from "@saddlepoint/core/contracts/metric"
import { train } from "@saddlepoint/core/play/trainer"
import { weightsDigest, weightsOf } from "@saddlepoint/core/play/weights"
import { facadesPlugin } from "@saddlepoint/datasets/facades"
import { openLoader } from "@saddlepoint/datasets/loader"
import { availability, type Engine, openEngine } from "@saddlepoint/engine"
import { fidPlugin } from "@saddlepoint/metrics/fid"
import { domainFeaturesPlugin } from "@saddlepoint/metrics/judges/domainFeatures"
import { segmenterPlugin } from "@saddlepoint/metrics/judges/segmenter"
import { labelConsistencyPlugin } from "@saddlepoint/metrics/labelConsistency"
import { headroomOf } from "@saddlepoint/metrics/verdict/headroom"
import { afterAll, beforeAll, describe, expect, test } from "vitest"

/**
 * Whether the metrics of the receptive-field experiment tell good from bad on the generated facades, before any arm
 * runs: at its image size, with fewer images and fewer steps for the judges than the experiment has.
 */
const data = facadesPlugin.build({ size: 64, train: 160, validation: 1, test: 160, seed: 0 })
const onnx = (await availability()).find(({ name }) => name === "onnx")
const reason = onnx?.available ? "" : `, skipped without the onnx engine: ${onnx?.reason}`

describe.skipIf(!onnx?.available)(`on generated facades${reason}`, () => {
  let engine: Engine
  let dataset: OpenDataset
  beforeAll(async () => {
    engine = await openEngine({ device: "onnx" })
    dataset = await data.open()
  })
  afterAll(() => engine.dispose())

  async function trained(judge: TrainedJudge): Promise<MetricWorld["judges"][string]> {
    const { status, players } = await train({
      stages: judge.stages(dataset),
      seed: judge.seed,
      steps: judge.steps,
      engine,
      openLoader,
    })
    expect(status).toBe("completed")
    return { player: players[judge.player]!, digest: weightsDigest(weightsOf(players)) }
  }

  // One evaluator, so that the suite sees that it can be told; that it is told by each is evidence, which takes longer.
  test.each([0])(
    "evaluator seed %i: class accuracy of class means is 0.3 below real, and Frechet distances order real < blurred < class means",
    async (seed) => {
      const features = domainFeaturesPlugin.build({ steps: 150, seed, width: 16 })
      const segmenter = segmenterPlugin.build({ steps: 120, seed, width: 16 })
      const fid = fidPlugin.build({ features })
      const labelConsistency = labelConsistencyPlugin.build({ segmenter })
      const judges = { features: await trained(features), segmenter: await trained(segmenter) }
      const values = []
      for (const control of controls) {
        const results = await evaluate({
          method: control.build({ data }),
          players: {},
          dataset,
          datasetDigest: await data.digest(),
          metrics: [
            { metric: fid, judges },
            { metric: labelConsistency, judges },
          ],
          engine,
          seed: 0,
        })
        values.push(results)
      }
      const [real, blurred, trivial] = values as [(typeof values)[0], (typeof values)[0], (typeof values)[0]]
      expect(real.fid!.value).toBeLessThan(blurred.fid!.value)
      expect(blurred.fid!.value).toBeLessThan(trivial.fid!.value)
      expect(trivial.classAccuracy!.value).toBeLessThan(real.classAccuracy!.value - 0.3)
      for (const output of [...fid.outputs, ...labelConsistency.outputs]) {
        const { headroom, sentence } = headroomOf(output, {
          real: real[output.name]!.value,
          degraded: blurred[output.name]!.value,
          trivial: trivial[output.name]!.value,
        })
        expect(headroom, sentence).toBe(true)
      }
      for (const { player } of Object.values(judges)) player.dispose()
    },
    120_000,
  )
})
