import { openEngine } from "@saddlepoint/engine"
import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { beforeAll, expect, test } from "vitest"
import { ClassEmbedding } from "./classEmbedding.ts"
import { Convolution } from "./convolution.ts"
import { Dense } from "./dense.ts"
import { seededNormal } from "./seededInitialiser.ts"

beforeAll(async () => {
  await openEngine({ device: "js" })
})

const kernel = seededNormal({ seed: 1, player: "p", variable: "layer/kernel" }, 0, 1)

function dense(inputs: number, channels: number, begin: "u" | "v" = "u", values = kernel): Dense {
  const layer = new Dense({ name: "layer", channels, start: { kernel: values }, spectral: begin })
  layer.build([null, inputs])
  return layer
}

/** Values of a layer's weights by their names within it. */
const weightsOf = (layer: tf.layers.Layer) =>
  Object.fromEntries(
    layer.weights.map((weight) => [
      weight.originalName.split("/").at(-1)!,
      Array.from(weight.read().dataSync()),
    ]),
  )

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0)
const unit = (a: readonly number[]) => a.map((value) => value / Math.sqrt(dot(a, a)))

/** The largest singular value and its vectors of `[inputs, outputs]`, by 500 iterations in float64. */
function singular(values: readonly number[], outputs: number) {
  const inputs = values.length / outputs
  const column = (o: number) => Array.from({ length: inputs }, (_, i) => values[i * outputs + o]!)
  const row = (i: number) => values.slice(i * outputs, (i + 1) * outputs)
  let u = Array.from({ length: outputs }, () => 1)
  let v: number[] = []
  for (let iteration = 0; iteration < 500; iteration++) {
    v = unit(Array.from({ length: inputs }, (_, i) => dot(row(i), u)))
    u = unit(Array.from({ length: outputs }, (_, o) => dot(column(o), v)))
  }
  return {
    u,
    v,
    sigma: dot(
      Array.from({ length: outputs }, (_, o) => dot(column(o), v)),
      u,
    ),
  }
}

const applied = (layer: tf.layers.Layer, x: tf.Tensor, training: boolean, repeated = false) =>
  layer.call(x, { training, repeated }) as tf.Tensor

test("one iteration is made in each training application, beginning with u or with v, and none at evaluate or when repeated", () => {
  for (const begin of ["u", "v"] as const) {
    const layer = dense(3, 2, begin)
    tf.tidy(() => {
      layer.setWeights([
        tf.tensor2d([1, 2, -1, 0, 3, 1], [3, 2]),
        tf.zeros([2]),
        tf.tensor1d([0.6, 0.8]),
        tf.tensor1d([0, 0, 1]),
      ])
      const x = tf.ones([1, 3])
      const before = weightsOf(layer)
      applied(layer, x, false)
      applied(layer, x, true, true)
      expect(weightsOf(layer)).toEqual(before)
      const y = applied(layer, x, true).dataSync()
      // By hand, W^T as stored [[1, 2], [-1, 0], [3, 1]]: W^T u = (2.2, -0.6, 2.6); W v of v = (0, 0, 1) is (3, 1).
      const [u, v] =
        begin === "u"
          ? [unit([2.2 + 0.6 + 7.8, 4.4 + 2.6]), unit([2.2, -0.6, 2.6])]
          : [unit([3, 1]), unit([5, -3, 10])]
      const after = weightsOf(layer)
      for (const [name, wanted] of [["u", u] as const, ["v", v] as const]) {
        for (const [i, value] of wanted.entries()) expect(after[name]![i]).toBeCloseTo(value, 6)
      }
      const sigma = u[0]! * (v[0]! - v[1]! + 3 * v[2]!) + u[1]! * (2 * v[0]! + v[2]!)
      expect(y[0]).toBeCloseTo(3 / sigma, 5)
      expect(y[1]).toBeCloseTo(3 / sigma, 5)
    })
    tf.dispose(layer.getWeights())
  }
})

test("sigma is never above the largest singular value, and comes to it from below as iterations go on", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 6 }),
      fc.nat(),
      (inputs, outputs, seed) => {
        const layer = dense(inputs, outputs)
        const values = stream(seed, "kernel").fillNormal(new Float32Array(inputs * outputs))
        const { sigma } = singular([...values], outputs)
        tf.tidy(() => {
          const [u, v] = [inputs, outputs].map((size) =>
            stream(seed, `${size}`).fillNormal(new Float32Array(size)),
          )
          layer.setWeights([
            tf.tensor2d(values, [inputs, outputs]),
            tf.zeros([outputs]),
            tf.tensor1d(unit([...v!])),
            tf.tensor1d(unit([...u!])),
          ])
          let last = 0
          for (let iteration = 0; iteration < 6; iteration++) {
            applied(layer, tf.zeros([1, inputs]), true)
            const now = weightsOf(layer)
            const estimate = dot(
              now.u!,
              Array.from({ length: outputs }, (_, o) =>
                dot(
                  now.v!,
                  Array.from({ length: inputs }, (_, i) => values[i * outputs + o]!),
                ),
              ),
            )
            expect(estimate).toBeLessThanOrEqual(sigma * (1 + 1e-5))
            expect(estimate).toBeGreaterThanOrEqual(last * (1 - 1e-5))
            last = estimate
          }
        })
        tf.dispose(layer.getWeights())
      },
    ),
    { numRuns: 40 },
  )
})

test("a fresh layer has u and v of 15 iterations, so that its kernel has norm 1 from the start", () => {
  const layer = dense(8, 5)
  const { kernel: values, u, v } = weightsOf(layer)
  const known = singular(values!, 5)
  expect(Math.abs(dot(u!, known.u))).toBeGreaterThan(0.98)
  expect(Math.abs(dot(v!, known.v))).toBeGreaterThan(0.98)
  const again = dense(8, 5)
  expect(weightsOf(again)).toEqual(weightsOf(layer))
  expect(layer.trainableWeights.map(({ originalName }) => originalName)).toEqual(["kernel", "bias"])
  tf.dispose([layer.getWeights(), again.getWeights()])
})

test("the scale of the kernel does not matter, its sign does", () => {
  const layer = dense(4, 3)
  const x = tf.tensor2d([1, -2, 3, 0.5], [1, 4])
  tf.tidy(() => {
    const weights = layer.getWeights()
    const y = applied(layer, x, false).arraySync()
    layer.setWeights([tf.mul(weights[0]!, -3), ...weights.slice(1)])
    applied(layer, x, true)
    // The sign of u^T W v is that of the last iteration, always positive.
    const other = (applied(layer, x, false).arraySync() as number[][])[0]!
    for (const [i, value] of (y as number[][])[0]!.entries()) expect(other[i]).toBeCloseTo(-value, 2)
  })
  tf.dispose([x, layer.getWeights()])
})

/** `f` at a kernel, and its gradient in it. */
function slope(layer: tf.layers.Layer, value: () => tf.Scalar): { value: number; gradient: number[] } {
  const variable = layer.trainableWeights[0]!.read() as tf.Variable
  return tf.tidy(() => {
    const { value: found, grads } = tf.variableGrads(value, [variable])
    return { value: found.dataSync()[0]!, gradient: Array.from(grads[variable.name]!.dataSync()) }
  }) as never
}

test("the gradient in the kernel is (G - <G, W'> u v^T) / sigma: u and v are constants, and it is orthogonal to the kernel", () => {
  const layer = dense(3, 2)
  const x = tf.tensor2d([1, -2, 0.5], [1, 3])
  const { kernel: w, u, v } = weightsOf(layer)
  const sigma = w!.reduce((sum, value, at) => sum + value * v![Math.floor(at / 2)]! * u![at % 2]!, 0)
  const { gradient } = slope(layer, () => tf.sum(tf.mul(applied(layer, x, false), [2, 3])) as tf.Scalar)
  const g = [1, -2, 0.5].flatMap((input) => [2 * input, 3 * input])
  const along = dot(g, w!) / sigma
  const wanted = g.map((value, at) => (value - along * v![Math.floor(at / 2)]! * u![at % 2]!) / sigma)
  for (const [i, value] of wanted.entries()) expect(gradient[i]).toBeCloseTo(value, 4)
  expect(dot(gradient, w!)).toBeCloseTo(0, 4)
  tf.dispose([x, layer.getWeights()])
})

/** A critic with a penalty on its gradient, in whose kernels the derivative is of second order. */
function penalised(layers: readonly tf.layers.Layer[], x: tf.Tensor): tf.Scalar {
  const score = (image: tf.Tensor) =>
    tf.sum(
      layers.reduce(
        (y, layer) =>
          tf.tanh(
            layer.call(
              y.rank === 4 && layer instanceof Dense ? y.flatten().reshape([2, -1]) : y,
              {},
            ) as tf.Tensor,
          ),
        image,
      ),
    )
  return tf.mean(tf.square(tf.grad(score)(x))) as tf.Scalar
}

test("a penalty on the gradient has the right derivative in a convolution's and a dense kernel, by central differences", () => {
  const convolution = new Convolution({
    name: "conv",
    channels: 2,
    kernel: 3,
    stride: 2,
    padding: 1,
    start: { kernel },
    spectral: "u",
  })
  convolution.build([null, 4, 4, 1])
  const layers = [convolution, dense(8, 1)]
  const x = tf.tensor4d(stream(3, "x").fillNormal(new Float32Array(32)), [2, 4, 4, 1])
  for (const layer of layers) {
    const variable = layer.trainableWeights[0]!.read() as tf.Variable
    const { gradient } = slope(layer, () => penalised(layers, x))
    const values = Float32Array.from(variable.dataSync())
    const at = (index: number, by: number) =>
      tf.tidy(() => {
        variable.assign(
          tf.tensor(
            values.map((value, i) => (i === index ? value + by : value)),
            variable.shape,
          ),
        )
        return penalised(layers, x).dataSync()[0]!
      })
    for (const index of [0, 3, 7]) {
      const difference = (at(index, 4e-3) - at(index, -4e-3)) / 8e-3
      expect(Math.abs(gradient[index]! - difference)).toBeLessThan(2e-3 * Math.max(...gradient.map(Math.abs)))
    }
    at(0, 0)
  }
  tf.dispose([x, layers.map((layer) => layer.getWeights())])
})

test("of an embedding the classes are the outputs, and of a convolution the channels", () => {
  const embedding = new ClassEmbedding({
    name: "class",
    classes: 4,
    size: 3,
    initialiser: kernel,
    spectral: "u",
  })
  embedding.build()
  const { embedding: values, u, v } = weightsOf(embedding)
  expect([u!.length, v!.length]).toEqual([4, 3])
  const known = singular(values!, 3)
  expect(Math.abs(dot(u!, known.v))).toBeGreaterThan(0.95)
  const given = tf.tidy(() =>
    Array.from((embedding.call(tf.tensor1d([2], "int32"), {}) as tf.Tensor).dataSync()),
  )
  for (const [i, value] of given.entries()) expect(value * known.sigma).toBeCloseTo(values![6 + i]!, 1)
  const convolution = new Convolution({
    name: "c",
    channels: 5,
    kernel: 2,
    stride: 1,
    padding: 0,
    start: { kernel },
    spectral: "u",
  })
  convolution.build([null, 4, 4, 3])
  expect([weightsOf(convolution).u!.length, weightsOf(convolution).v!.length]).toEqual([5, 12])
  tf.dispose([embedding.getWeights(), convolution.getWeights()])
})

test("training leaves no tensor behind", () => {
  const layer = dense(4, 3)
  const x = tf.ones([2, 4])
  const before = tf.memory().numTensors
  for (let step = 0; step < 3; step++) {
    slope(layer, () => tf.sum(tf.square(applied(layer, x, true))) as tf.Scalar)
  }
  expect(tf.memory().numTensors).toBe(before)
  tf.dispose([x, layer.getWeights()])
})
