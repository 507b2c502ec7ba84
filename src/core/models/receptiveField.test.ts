import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { beforeAll, expect, test } from "vitest"
import type { Player } from "../contracts/player.ts"
import { makePatchGan, patchGanTable, receptiveFields } from "./patchGan.ts"
import {
  inputWindow,
  jump,
  outputSide,
  patchLayers,
  patchReceptiveField,
  receptiveField,
  type Window,
} from "./receptiveField.ts"
import { images } from "./testing/fields.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

const windows: fc.Arbitrary<Window[]> = fc.array(
  fc.record({
    kernel: fc.integer({ min: 1, max: 5 }),
    stride: fc.integer({ min: 1, max: 3 }),
    padding: fc.nat(2),
  }),
  { minLength: 1, maxLength: 5 },
)

test("the published receptive fields have the published layers", () => {
  // Isola et al. 2017, appendix 6.1.2: 1x1, 16x16, 70x70 and 286x286.
  expect([0, 1, 3, 5].map(patchReceptiveField)).toEqual([1, 16, 70, 286])
})

test("the recursion over the layers agrees with the closed form", () => {
  for (const field of receptiveFields) {
    expect(receptiveField(patchGanTable({ receptiveField: field, width: 1 }, 6))).toBe(field)
  }
})

test("a receptive field that no number of layers has is not found", () => {
  fc.assert(fc.property(fc.nat(12), (layers) => patchLayers(patchReceptiveField(layers)) === layers))
  const known = new Set(Array.from({ length: 8 }, (_, layers) => patchReceptiveField(layers)))
  for (let field = 0; field < 1000; field++) expect(patchLayers(field) !== undefined).toBe(known.has(field))
})

test("the output side of a PatchGAN is N / 2^n - 2", () => {
  for (const layers of [1, 2, 3, 4, 5, 6]) {
    const table = patchGanTable({ receptiveField: patchReceptiveField(layers), width: 1 }, 6)
    for (const side of [64, 128, 256]) expect(outputSide(table, side)).toBe(side / 2 ** layers - 2)
    expect(jump(table)).toBe(2 ** layers)
  }
})

test("neighbouring outputs see windows of the receptive field's size, one jump apart", () => {
  fc.assert(
    fc.property(windows, fc.nat(20), (stack, output) => {
      const [first, last] = inputWindow(stack, output)
      expect(last - first + 1).toBe(receptiveField(stack))
      expect(inputWindow(stack, output + 1)[0] - first).toBe(jump(stack))
    }),
  )
})

test("the outputs are those whose windows lie within the padded image", () => {
  fc.assert(
    fc.property(windows, fc.integer({ min: 20, max: 60 }), (stack, side) => {
      const outputs = outputSide(stack, side)
      fc.pre(outputs >= 1)
      // One convolution at a time: every output's window starts and ends inside its padded input.
      let inputs = side
      for (const window of stack) {
        const count = outputSide([window], inputs)
        expect(inputWindow([window], 0)[0]).toBe(0 - window.padding)
        expect(inputWindow([window], count - 1)[1]).toBeLessThan(inputs + window.padding)
        expect(inputWindow([window], count)[1]).toBeGreaterThanOrEqual(inputs + window.padding)
        inputs = count
      }
    }),
  )
})

/** Side of the image on which each stack is tried; small enough for the slow backend, the window often clipped. */
const sides: readonly (readonly [field: number, side: number])[] = [
  [1, 6],
  [4, 12],
  [7, 16],
  [16, 32],
  [34, 48],
  [70, 64],
]

/** A critic with kernels large enough that no path through it is lost to rounding. */
function critic(field: number, side: number): Player {
  const model = makePatchGan({ receptiveField: field, width: 2, conditional: false })
  const player = model.player("critic", { inputs: { image: images(side, side, 1) } }, 1)
  for (const [name, variable] of Object.entries(player.variables)) {
    const values = stream(2, name).fillNormal(new Float32Array(variable.size))
    tf.tidy(() => variable.assign(tf.mul(tf.tensor(values, variable.shape), 0.5)))
  }
  return player
}

function image(side: number): Float32Array {
  return stream(3, "image").fillNormal(new Float32Array(side * side))
}

/** Whether an output's window holds the pixel, along one axis. */
function sees(stack: readonly Window[], output: number, pixel: number): boolean {
  const [first, last] = inputWindow(stack, output)
  return first <= pixel && pixel <= last
}

test.each(sides)(
  "receptive field %i: a changed pixel changes exactly the scores that see it",
  (field, side) => {
    const before = tf.memory().numTensors
    const player = critic(field, side)
    const stack = patchGanTable({ receptiveField: field, width: 2 }, 1)
    const outputs = outputSide(stack, side)
    const score = (pixels: Float32Array) =>
      tf.tidy(() =>
        player.apply({ image: tf.tensor4d(pixels, [1, side, side, 1]) }, "evaluate").scores!.dataSync(),
      )
    const original = score(image(side))
    expect(original.length).toBe(outputs ** 2)
    const corners = [
      [0, 0],
      [side >> 1, (side >> 1) - 1],
      [side - 1, 2],
      [1, side - 1],
    ] as const
    for (const [row, column] of corners) {
      const pixels = image(side)
      pixels[row * side + column]! += 30
      const changed = score(pixels)
      for (let y = 0; y < outputs; y++) {
        for (let x = 0; x < outputs; x++) {
          const index = y * outputs + x
          const expected = sees(stack, y, row) && sees(stack, x, column)
          expect([row, column, y, x, changed[index] !== original[index]]).toEqual([
            row,
            column,
            y,
            x,
            expected,
          ])
        }
      }
    }
    player.dispose()
    expect(tf.memory().numTensors).toBe(before)
  },
)

test.each(sides)("receptive field %i: the gradient of a score lives exactly in its box", (field, side) => {
  const player = critic(field, side)
  const stack = patchGanTable({ receptiveField: field, width: 2 }, 1)
  const outputs = outputSide(stack, side)
  for (const [row, column] of [
    [0, 0],
    [outputs >> 1, outputs >> 1],
    [outputs - 1, 0],
  ] as const) {
    const gradient = tf.tidy(() => {
      const score = (x: tf.Tensor) =>
        tf.sum(
          tf.slice(player.apply({ image: x }, "train").scores!, [0, row, column, 0], [1, 1, 1, 1]),
        ) as tf.Tensor
      return tf
        .grad(score)(tf.tensor4d(image(side), [1, side, side, 1]))
        .dataSync()
    })
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const expected = sees(stack, row, y) && sees(stack, column, x)
        expect([row, column, y, x, gradient[y * side + x] !== 0]).toEqual([row, column, y, x, expected])
      }
    }
  }
  player.dispose()
})

test("with instance normalisation one pixel changes every score, which is why the default is none", () => {
  const player = makePatchGan({ receptiveField: 16, width: 2, conditional: false, norm: "instance" }).player(
    "critic",
    { inputs: { image: images(32, 32, 1) } },
    1,
  )
  const score = (pixels: Float32Array) =>
    tf.tidy(() => player.apply({ image: tf.tensor4d(pixels, [1, 32, 32, 1]) }, "evaluate").scores!.dataSync())
  const pixels = image(32)
  pixels[0]! += 30
  const [original, changed] = [score(image(32)), score(pixels)]
  const far = original.length - 1
  expect(sees(patchGanTable({ receptiveField: 16, width: 2 }, 1), 13, 0)).toBe(false)
  expect(changed[far]).not.toBe(original[far])
  player.dispose()
})
