import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { beforeAll, expect, test } from "vitest"
import { chain } from "./chain.ts"
import { clipByGlobalNormPlugin, clippedByGlobalNorm } from "./clipByGlobalNorm.ts"
import { clipByValuePlugin, clippedByValue } from "./clipByValue.ts"
import { makeLbfgs } from "./lbfgs.ts"
import { makeSgd } from "./sgd.ts"
import { type Point, updated } from "./testing/played.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

/** What is left of gradients: how far steps of rate 1 go from 0. */
function left(optimiser: ReturnType<typeof chain>, gradients: Point): Record<string, number[]> {
  const start = Object.fromEntries(Object.entries(gradients).map(([name, list]) => [name, list.map(() => 0)]))
  const { values } = updated(optimiser, { values: start, state: {} }, gradients, 1)
  return Object.fromEntries(
    Object.entries(values).map(([name, list]) => [name, list.map((value) => 0 - value)]),
  )
}
const sgd = makeSgd({ rate: 1 })
const norm = (point: Point) => Math.hypot(...Object.values(point).flat())

const element = fc.double({ min: -100, max: 100, noNaN: true }).map(Math.fround)
const gradients = fc.record({ a: fc.array(element, { minLength: 1, maxLength: 3 }), b: fc.tuple(element) })

test("the global norm is that of all variables together, with PyTorch's 1e-6 added: 5e-6 counts as 6e-6", () => {
  const { a, b } = left(chain([clippedByGlobalNorm(1e-6)], sgd), { a: [3e-6], b: [4e-6] })
  expect(a![0]! * 1e6).toBeCloseTo(3 / 6, 6)
  expect(b![0]! * 1e6).toBeCloseTo(4 / 6, 6)
})

test("gradients of a smaller norm than the limit are left exactly as they are", () => {
  const small = { a: [0.5, -0.25], b: [0] }
  expect(left(chain([clippedByGlobalNorm(1)], sgd), small)).toEqual(small)
})

test("clipping by the norm keeps the direction, and the norm is at most the limit", () => {
  fc.assert(
    fc.property(gradients, (given) => {
      const clipped = left(chain([clippedByGlobalNorm(2)], sgd), given)
      expect(norm(clipped)).toBeLessThanOrEqual(2 + 1e-5)
      const scale = norm(given) === 0 ? 1 : norm(clipped) / norm(given)
      for (const [name, list] of Object.entries(clipped)) {
        for (const [i, value] of list.entries()) expect(value).toBeCloseTo(scale * given[name as "a"]![i]!, 4)
      }
    }),
    { numRuns: 30 },
  )
})

test("clipping by value bounds each element by itself", () => {
  expect(left(chain([clippedByValue(1)], sgd), { a: [3, -0.5], b: [-4] })).toEqual({ a: [1, -0.5], b: [-1] })
})

test("transforms are applied in their order, and a decay of the optimiser comes after them, unclipped", () => {
  const given = { a: [3], b: [4] }
  const { a, b } = left(chain([clippedByValue(3), clippedByGlobalNorm(3)], sgd), given)
  expect([a![0], b![0]]).toEqual([expect.closeTo(3 / Math.SQRT2, 5), expect.closeTo(3 / Math.SQRT2, 5)])
  const decaying = chain([clippedByValue(1)], makeSgd({ rate: 1, weightDecay: 0.5 }))
  const { values } = updated(decaying, { values: { a: [8] }, state: {} }, { a: [3] }, 1)
  expect(values.a).toEqual([8 - (1 + 4)])
})

test("the clipped optimiser keeps its rate, state and scalars", () => {
  const inner = makeSgd({ rate: 0.5, momentum: 0.9, dampening: 0.5 })
  const { rate, scalars, init } = clipByValuePlugin.build({ max: 1, optimiser: inner })
  expect({ rate, scalars, init }).toEqual({ rate: inner.rate, scalars: inner.scalars, init: inner.init })
})

test("an optimiser with a line search is refused, in a sentence", () => {
  const sentence = /^expected an optimiser that takes one gradient per step, but got lbfgs/
  expect(() => clipByGlobalNormPlugin.build({ max: 1, optimiser: makeLbfgs() })).toThrow(sentence)
})
