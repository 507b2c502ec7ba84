import type { Weights } from "@saddlepoint/core/play/weights"
import { type Engine, openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import { formulaWeights } from "./formulaWeights.ts"
import { type Convolution, type Layer, type Layers, parametersOf } from "./layers.ts"
import { tensorForward } from "./tensorForward.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "onnx" })
})
afterAll(() => engine.dispose())

const out: Layer = { kind: "tap", name: "out", what: "image" }

/** What a chain gives for an image `[1, height, width, channels]`, on the onnx engine. */
function given(
  layers: Layers,
  image: tf.Tensor4D,
  weights: Weights = formulaWeights(parametersOf(layers), 1),
) {
  const before = tf.memory().numTensors
  const forward = tensorForward([...layers, out], weights)
  const { out: tensor } = forward.apply(image, ["out"])
  const result = { shape: tensor!.shape, values: [...tensor!.dataSync()] }
  tensor!.dispose()
  forward.dispose()
  expect(tf.memory().numTensors).toBe(before)
  return result
}

const counted = (height: number, width: number, channels = 1) =>
  tf.tensor4d(
    Array.from({ length: height * width * channels }, (_, i) => i + 1),
    [1, height, width, channels],
  )

test("an average leaves out what is past the border", () => {
  // [[1, 2], [3, 4]]: every 3x3 window holds all four, whose mean is 2.5.
  expect(given([{ kind: "averagePool" }], counted(2, 2)).values).toEqual([2.5, 2.5, 2.5, 2.5])
  // In a row of three the first window holds 1 and 2 of a row.
  expect(given([{ kind: "averagePool" }], counted(1, 3)).values).toEqual([1.5, 2, 2.5])
})

test("a maximum pool rounds its windows down, or up when asked to", () => {
  const pool = (ceil: boolean): Layers => [{ kind: "maxPool", size: 3, stride: 2, padding: 0, ceil }]
  // Six pixels in a row of three rows: windows from 0, 2 and, rounded up, 4.
  expect(given(pool(false), counted(3, 6)).values).toEqual([15, 17])
  expect(given(pool(true), counted(3, 6)).values).toEqual([15, 17, 18])
  // Where windows end at the border there is nothing to round.
  expect(given(pool(true), counted(3, 5)).shape).toEqual([1, 1, 2, 1])
  const neighbours: Layers = [{ kind: "maxPool", size: 3, stride: 1, padding: 1, ceil: false }]
  expect(given(neighbours, counted(2, 3)).values).toEqual([5, 6, 6, 5, 6, 6])
})

const convolution: Convolution = {
  kind: "convolution",
  name: "layer",
  inputs: 2,
  outputs: 3,
  kernel: [3, 1],
  stride: 2,
  padding: [1, 0],
  shift: "batch norm",
  linear: false,
  rectified: false,
}

test("a convolution with its batch norm is the sum that PyTorch takes, normalised", () => {
  const weights = formulaWeights(parametersOf([convolution]), 1)
  const image = counted(4, 5, 2)
  const { shape, values } = given([convolution], image, weights)
  expect(shape).toEqual([1, 2, 3, 3])
  const x = (row: number, column: number, channel: number) =>
    row < 0 || row >= 4 ? 0 : (row * 5 + column) * 2 + channel + 1
  const of = (part: string) => weights[`layer.${part}`]!.values
  let at = 0
  for (let row = 0; row < 2; row++) {
    for (let column = 0; column < 3; column++) {
      for (let output = 0; output < 3; output++) {
        let sum = 0
        for (let input = 0; input < 2; input++) {
          for (let k = 0; k < 3; k++) {
            sum += of("conv.weight")[(output * 2 + input) * 3 + k]! * x(2 * row - 1 + k, 2 * column, input)
          }
        }
        const deviation = Math.sqrt(of("bn.running_var")[output]! + 1e-3)
        const normal = (sum - of("bn.running_mean")[output]!) / deviation
        const wanted = normal * of("bn.weight")[output]! + of("bn.bias")[output]!
        expect(Math.abs(values[at++]! - wanted)).toBeLessThan(2e-5)
      }
    }
  }
})

test("a linear layer multiplies the image in PyTorch's order of channels, rows, columns", () => {
  const layer: Convolution = {
    ...convolution,
    kernel: [2, 3],
    stride: 1,
    padding: [0, 0],
    shift: "bias",
    linear: true,
    outputs: 1,
  }
  const values = Float32Array.from({ length: 12 }, (_, i) => i)
  const weights = {
    "layer.weight": { shape: [1, 12], values },
    "layer.bias": { shape: [1], values: Float32Array.of(0.5) },
  }
  // Channel c at (y, x) holds (3 y + x) 2 + c + 1, and its weight is 6 c + 3 y + x.
  let wanted = 0.5
  for (let c = 0; c < 2; c++) for (let i = 0; i < 6; i++) wanted += (i * 2 + c + 1) * (6 * c + i)
  expect(given([layer], counted(2, 3, 2), weights).values).toEqual([wanted])
})

test("branches are joined by channel in their order", () => {
  const pool: Layer = { kind: "averagePool" }
  const layers: Layers = [{ kind: "branches", branches: [[pool], [{ kind: "relu" }]] }]
  expect(given(layers, counted(1, 3)).values).toEqual([1.5, 1, 2, 2, 2.5, 3])
})
