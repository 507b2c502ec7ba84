import { openEngine } from "@saddlepoint/engine"
import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { beforeAll, expect, test } from "vitest"
import { MinibatchDeviation } from "./minibatchDeviation.ts"
import { MinibatchDiscrimination } from "./minibatchDiscrimination.ts"
import { PixelNorm } from "./pixelNorm.ts"
import { seededNormal } from "./seededInitialiser.ts"

beforeAll(async () => {
  await openEngine({ device: "js" })
})

const initialiser = seededNormal({ seed: 1, player: "p", variable: "minibatch/kernel" }, 0, 0.5)
const normal = (seed: number, size: number) => stream(seed, "x").fillNormal(new Float32Array(size))
const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

function discrimination(features: number, kernels = 3, size = 2): MinibatchDiscrimination {
  const layer = new MinibatchDiscrimination({ name: "minibatch", kernels, size, initialiser })
  layer.build([null, features])
  return layer
}

/** The authors' definition in float64: groups of examples that lie `batch / group` apart. */
function deviations(values: Float32Array, batch: number, group: number): number[] {
  const size = values.length / batch
  const groups = batch / group
  return Array.from({ length: batch }, (_, example) => {
    const members = Array.from({ length: group }, (_, at) => (example % groups) + at * groups)
    return average(
      Array.from({ length: size }, (_, feature) => {
        const of = members.map((member) => values[member * size + feature]!)
        return Math.sqrt(average(of.map((value) => (value - average(of)) ** 2)) + 1e-8)
      }),
    )
  })
}

test("the deviation is its definition, in one more channel, with the largest group that divides the batch", () => {
  const side = fc.integer({ min: 1, max: 3 })
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      side,
      side,
      side,
      fc.nat(),
      (batch, height, width, channels, seed) => {
        const values = normal(seed, batch * height * width * channels)
        const layer = new MinibatchDeviation({ name: "deviation", group: 4 })
        const shape: [number, number, number, number] = [batch, height, width, channels]
        const [before, channel] = tf.tidy(() => {
          const y = layer.call(tf.tensor4d(values, shape)) as tf.Tensor4D
          expect(y.shape).toEqual(layer.computeOutputShape(shape))
          const parts = tf.split(y, [channels, 1], 3).map((part) => part.dataSync())
          return parts as never
        }) as unknown as [Float32Array, Float32Array]
        expect(before).toEqual(values)
        const group = [4, 3, 2, 1].find((size) => batch % size === 0 && size <= batch)!
        const wanted = deviations(values, batch, group)
        for (const [i, value] of channel.entries()) {
          expect(value).toBeCloseTo(wanted[Math.floor(i / (height * width))]!, 4)
        }
      },
    ),
    { numRuns: 40 },
  )
})

test("equal examples deviate by 1e-4, and of normal ones in groups of 4 the mean is 0.80", () => {
  const layer = new MinibatchDeviation({ name: "deviation", group: 4 })
  tf.tidy(() => {
    const same = layer.call(tf.tile(tf.tensor4d([1, 2], [1, 1, 2, 1]), [4, 1, 1, 1])) as tf.Tensor
    expect(same.dataSync()[1]).toBeCloseTo(1e-4, 7)
    // sqrt(2 / 4) Gamma(2) / Gamma(1.5) = 0.7979: the deviation of four normal numbers, divided by n.
    const many = layer.call(tf.tensor4d(normal(1, 4 * 4000), [4, 1, 1, 4000])) as tf.Tensor
    expect(many.dataSync()[4000]).toBeCloseTo(0.7979, 1)
  })
})

test("minibatch discrimination is its definition", () => {
  const size = fc.integer({ min: 1, max: 4 })
  fc.assert(
    fc.property(size, size, size, size, fc.nat(), (batch, features, kernels, length, seed) => {
      const layer = discrimination(features, kernels, length)
      const values = normal(seed, batch * features)
      const kernel = layer.getWeights()[0]!.dataSync()
      const given = tf.tidy(
        () => (layer.call(tf.tensor2d(values, [batch, features])) as tf.Tensor).arraySync() as never,
      ) as unknown as number[][]
      const vector = (example: number, at: number) =>
        Array.from(
          { length: features },
          (_, a) => values[example * features + a]! * kernel[a * kernels * length + at]!,
        ).reduce((sum, value) => sum + value, 0)
      for (const [i, row] of given.entries()) {
        expect(row.slice(0, features)).toEqual(Array.from(values.slice(i * features, (i + 1) * features)))
        for (let b = 0; b < kernels; b++) {
          let sum = 0
          for (let j = 0; j < batch; j++) {
            let distance = 0
            for (let c = 0; c < length; c++)
              distance += Math.abs(vector(i, b * length + c) - vector(j, b * length + c))
            sum += Math.exp(-distance)
          }
          expect(row[features + b]).toBeCloseTo(sum, 4)
        }
      }
      tf.dispose(layer.getWeights())
    }),
    { numRuns: 30 },
  )
})

test("pixel norm gives vectors of mean square 1, whatever their scale, and its definition", () => {
  const layer = new PixelNorm({ name: "pixel" })
  tf.tidy(() => {
    const values = normal(2, 2 * 3 * 3 * 5)
    const x = tf.tensor4d(values, [2, 3, 3, 5])
    const y = layer.call(x) as tf.Tensor
    for (const square of tf.mean(tf.square(y), -1).dataSync()) expect(square).toBeCloseTo(1, 5)
    const scaled = (layer.call(tf.mul(x, 40)) as tf.Tensor).dataSync()
    for (const [i, value] of y.dataSync().entries()) {
      expect(scaled[i]).toBeCloseTo(value, 4)
      const pixel = Array.from(values.slice(Math.floor(i / 5) * 5, Math.floor(i / 5) * 5 + 5))
      expect(value).toBeCloseTo(values[i]! / Math.sqrt(average(pixel.map((of) => of ** 2)) + 1e-8), 5)
    }
    expect((layer.call(tf.zeros([1, 2])) as tf.Tensor).dataSync()).toEqual(new Float32Array(2))
  })
})

/** A function of some numbers, its gradient, and the gradient of the square of its gradient, against central differences. */
function checkDerivatives(value: (x: tf.Tensor) => tf.Tensor, shape: readonly number[], seed: number): void {
  const scalar = (x: tf.Tensor) => tf.sum(tf.square(value(x)))
  const penalty = (x: tf.Tensor) => tf.sum(tf.square(tf.grad(scalar)(x)))
  const values = normal(seed, tf.util.sizeFromShape([...shape]))
  const at = (f: (x: tf.Tensor) => tf.Tensor, index: number, by: number) =>
    tf.tidy(
      () =>
        f(
          tf.tensor(
            values.map((of, i) => (i === index ? of + by : of)),
            [...shape],
          ),
        ).dataSync()[0]!,
    )
  for (const [f, step, share] of [
    [scalar, 1e-2, 5e-3],
    [penalty, 3e-3, 1e-2],
  ] as const) {
    const gradient = tf.tidy(
      () =>
        tf
          .grad(f)(tf.tensor(values, [...shape]))
          .dataSync() as never,
    ) as unknown as Float32Array
    const largest = Math.max(...gradient.map(Math.abs))
    expect(largest).toBeGreaterThan(0)
    for (let index = 0; index < values.length; index += 2) {
      const difference = (at(f, index, step) - at(f, index, -step)) / (2 * step)
      expect(Math.abs(gradient[index]! - difference)).toBeLessThan(share * largest)
    }
  }
}

test("first and second derivatives of all three are right, by central differences", () => {
  const deviation = new MinibatchDeviation({ name: "deviation", group: 2 })
  checkDerivatives((x) => tf.mul(deviation.call(x) as tf.Tensor, [1, 2, 5]), [4, 1, 2, 2], 3)
  const layer = discrimination(3)
  checkDerivatives((x) => layer.call(x) as tf.Tensor, [3, 3], 4)
  tf.dispose(layer.getWeights())
  const pixel = new PixelNorm({ name: "pixel" })
  checkDerivatives((x) => tf.mul(pixel.call(x) as tf.Tensor, [1, 2, 3]), [2, 3], 5)
})

test("they leave no tensor behind, and their configurations make them anew", () => {
  const layer = discrimination(3)
  const before = tf.memory().numTensors
  tf.tidy(() => {
    const x = tf.ones([4, 2, 2, 3])
    for (const each of [
      new MinibatchDeviation({ name: "deviation", group: 4 }),
      new PixelNorm({ name: "pixel" }),
    ])
      each.call(x)
    layer.call(tf.ones([4, 3]))
  })
  expect(tf.memory().numTensors).toBe(before)
  const again = new MinibatchDiscrimination(layer.getConfig() as never)
  again.build([null, 3])
  expect(again.getWeights()[0]!.dataSync()).toEqual(layer.getWeights()[0]!.dataSync())
  expect(new MinibatchDeviation({ name: "d", group: 3 }).getConfig().group).toBe(3)
  tf.dispose([layer.getWeights(), again.getWeights()])
})
