import type { OpenDataset } from "@saddlepoint/core/contracts/dataset"
import { readBatch } from "@saddlepoint/core/play/loader"
import { toTensors } from "@saddlepoint/core/play/toTensors"
import { train } from "@saddlepoint/core/play/trainer"
import { weightsDigest, weightsOf } from "@saddlepoint/core/play/weights"
import { glyphsPlugin } from "@saddlepoint/datasets/glyphs"
import { openLoader } from "@saddlepoint/datasets/loader"
import { availability, type Engine, openEngine } from "@saddlepoint/engine"
import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import { fidPlugin } from "@saddlepoint/metrics/fid"
import { inceptionScorePlugin } from "@saddlepoint/metrics/inceptionScore"
import { domainClassifierPlugin } from "@saddlepoint/metrics/judges/domainClassifier"
import { afterAll, beforeAll, describe, expect, test } from "vitest"

/**
 * Whether a Frechet distance over the features of a small digit classifier, and an inception score over its logits, tell
 * good digits from bad: no download, and numbers that mean something on this domain.
 */
const data = glyphsPlugin.build({ size: 28, train: 800, validation: 1, test: 400, seed: 0 })
const onnx = (await availability()).find(({ name }) => name === "onnx")
const reason = onnx?.available ? "" : `, skipped without the onnx engine: ${onnx?.reason}`

/** Images in [-1, 1] averaged with their 3x3 neighbourhoods. */
const slightlyBlurred = (images: tf.Tensor4D) => tf.avgPool(images, 3, 1, "same")

/** Noise of twice the images' own range over what is left of them. */
const stronglyCorrupted = (images: tf.Tensor4D) => {
  const noise = stream("digitScores.test", "noise").fillNormal(new Float32Array(images.size))
  return tf.clipByValue(tf.add(tf.mul(images, 0.3), tf.mul(tf.tensor(noise, images.shape), 0.7)), -1, 1)
}

describe.skipIf(!onnx?.available)(`on generated digits${reason}`, () => {
  let engine: Engine
  let dataset: OpenDataset
  beforeAll(async () => {
    engine = await openEngine({ device: "onnx" })
    dataset = await data.open()
  })
  afterAll(() => engine.dispose())

  // One evaluator, so that the suite sees that it can be told; that it is told by each is evidence, which takes longer.
  test.each([0])(
    "evaluator seed %i: inception score and Frechet distance order real > slightly blurred > strongly corrupted",
    async (seed) => {
      const judge = domainClassifierPlugin.build({ size: 32, steps: 150, seed, width: 8 })
      const { players } = await train({
        stages: judge.stages(dataset),
        seed,
        steps: judge.steps,
        engine,
        openLoader,
      })
      const player = players[judge.player]!
      const ready = { player, digest: weightsDigest(weightsOf(players)) }
      const judges = { features: ready, classifier: ready }
      const metrics = [
        fidPlugin.build({ features: judge }),
        inceptionScorePlugin.build({ classifier: judge, splits: 1 }),
      ]
      const scores = async (change: (images: tf.Tensor4D) => tf.Tensor) => {
        const world = { dataset, datasetDigest: await data.digest(), judges }
        const meterings = await Promise.all(metrics.map((metric) => metric.begin(world)))
        const { test } = dataset.splits
        for (let start = 0; start < test.size; start += 100) {
          const indices = Array.from({ length: 100 }, (_, i) => start + i)
          const { image, label } = toTensors(await readBatch(test, indices))
          const output = tf.tidy(() => change(image as tf.Tensor4D))
          for (const metering of meterings) await metering.update({ input: image!, output })
          tf.dispose([image!, label!, output])
        }
        const [fid, score] = await Promise.all(meterings.map((metering) => metering.compute()))
        return { fid: fid!.values.fid!, noise: fid!.noise!.fid!, score: score!.values.inceptionScore! }
      }
      const real = await scores((images) => tf.clone(images))
      const blurred = await scores(slightlyBlurred)
      const corrupted = await scores(stronglyCorrupted)
      expect(real.score).toBeGreaterThan(blurred.score)
      expect(blurred.score).toBeGreaterThan(corrupted.score)
      expect(real.fid).toBeLessThan(blurred.fid)
      expect(blurred.fid).toBeLessThan(corrupted.fid)
      // By far more than resampling the images would move them.
      expect(blurred.fid - real.fid).toBeGreaterThan(5 * Math.max(real.noise, blurred.noise))
      player.dispose()
    },
    60_000,
  )
})
