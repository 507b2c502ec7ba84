import { openEngine } from "@saddlepoint/engine"
import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { beforeAll, expect, test } from "vitest"
import { ConditionalNormalisation } from "./conditionalNormalisation.ts"
import { Normalisation } from "./normalisation.ts"
import { seededNormal } from "./seededInitialiser.ts"

beforeAll(async () => {
  await openEngine({ device: "js" })
})

const initialiser = seededNormal({ seed: 1, player: "p", variable: "norm/gamma" }, 1, 0.3)
const config = { name: "norm", norm: "batch", statistics: "moving", initialiser } as const

function conditional(classes: number, channels: number, more: { readonly epsilon?: number } = {}) {
  const layer = new ConditionalNormalisation({ ...config, classes, ...more })
  layer.build([[null, null, null, channels], [null]])
  return layer
}

function plain(channels: number, more: { readonly epsilon?: number } = {}) {
  const layer = new Normalisation({ ...config, ...more })
  layer.build([null, null, null, channels])
  return layer
}

test("each example has its class's gamma and beta, and the statistics of all", () => {
  const size = fc.integer({ min: 1, max: 4 })
  fc.assert(
    fc.property(size, size, fc.integer({ min: 2, max: 4 }), fc.nat(), (batch, channels, classes, seed) => {
      const [layer, norm] = [conditional(classes, channels), plain(channels)]
      const source = stream(seed, "values")
      tf.tidy(() => {
        const [gamma, beta] = layer.getWeights() as [tf.Tensor, tf.Tensor]
        layer.setWeights([
          gamma,
          tf.tensor(source.fillNormal(new Float32Array(beta.size)), beta.shape),
          ...layer.getWeights().slice(2),
        ])
        norm.setWeights([tf.ones([channels]), tf.zeros([channels]), ...norm.getWeights().slice(2)])
        const shape: [number, number, number, number] = [batch, 2, 3, channels]
        const x = tf.tensor4d(source.fillNormal(new Float32Array(batch * 6 * channels)), shape)
        const labels = Array.from({ length: batch }, () => source.integer(classes))
        for (const training of [true, false]) {
          const given = (layer.call([x, tf.tensor1d(labels, "int32")], { training }) as tf.Tensor).dataSync()
          const centred = (norm.call(x, { training }) as tf.Tensor).dataSync()
          const [gammas, betas] = layer.getWeights().map((weight) => weight.dataSync())
          for (const [i, value] of given.entries()) {
            const at = labels[Math.floor(i / (6 * channels))]! * channels + (i % channels)
            expect(value).toBeCloseTo(gammas![at]! * centred[i]! + betas![at]!, 4)
          }
        }
        // The moving averages are those of all classes together.
        const [ours, theirs] = [layer, norm].map((each) =>
          each
            .getWeights()
            .slice(2)
            .map((weight) => Array.from(weight.dataSync())),
        )
        expect(ours).toEqual(theirs)
      })
      tf.dispose([layer.getWeights(), norm.getWeights()])
    }),
    { numRuns: 30 },
  )
})

test("only classes that occur have gradients of gamma and beta", () => {
  const layer = conditional(3, 1)
  const x = tf.tensor4d([1, 2, 4, 7], [2, 2, 1, 1])
  const labels = tf.tensor1d([2, 0], "int32")
  const gradients = tf.tidy(() => {
    const { grads } = tf.variableGrads(
      () => tf.sum(tf.mul(layer.call([x, labels], { training: false }) as tf.Tensor, x)) as tf.Scalar,
      layer.trainableWeights.map((weight) => weight.read() as tf.Variable),
    )
    return layer.trainableWeights.map((weight) =>
      Array.from(grads[(weight.read() as tf.Variable).name]!.dataSync()),
    )
  }) as unknown as number[][]
  // Moving mean 0 and variance 1: gamma's gradient is the sum of x^2 / sqrt(1 + 1e-5) of its class, beta's that of x.
  const [gamma, beta] = gradients
  for (const [i, value] of [65, 0, 5].entries()) expect(gamma![i]).toBeCloseTo(value, 2)
  expect(beta).toEqual([11, 0, 3])
  tf.dispose([x, labels, layer.getWeights()])
})

test("another epsilon is added to the variance in its place", () => {
  const layer = plain(1, { epsilon: 0.8 })
  const given = tf.tidy(() => {
    layer.setWeights([tf.ones([1]), ...layer.getWeights().slice(1)])
    return Array.from(
      (layer.call(tf.tensor4d([1, 3], [2, 1, 1, 1]), { training: true }) as tf.Tensor).dataSync(),
    )
  })
  for (const [i, value] of given.entries()) expect(value).toBeCloseTo((2 * i - 1) / Math.sqrt(1.8), 5)
  tf.dispose(layer.getWeights())
})

test("its configuration makes it anew", () => {
  const again = new ConditionalNormalisation(conditional(3, 2).getConfig() as never)
  again.build([[null, null, null, 2], [null]])
  expect(again.getWeights().map(({ shape }) => shape)).toEqual([[3, 2], [3, 2], [2], [2]])
  tf.dispose(again.getWeights())
})
