import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import { makeSgd, sgdPlugin } from "./sgd.ts"
import { played } from "./testing/played.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

const after = (optimiser: ReturnType<typeof makeSgd>, slopes: readonly number[]) =>
  played(optimiser, { x: [0] }, (_, count) => ({ x: [slopes[count - 1]!] }), slopes.length).values.x![0]

test("without momentum it keeps no state, and moves by rate times gradient", () => {
  const optimiser = makeSgd({ rate: 0.5 })
  expect(optimiser.init({ x: [3] })).toEqual({})
  expect(after(optimiser, [1, 2, -4])).toBe(0.5)
})

test("with momentum the velocity sums up gradients: b = m b + g", () => {
  // Velocities 1, 0.5 + 2, 1.25 - 4.
  expect(after(makeSgd({ rate: 1, momentum: 0.5 }), [1, 2, -4])).toBe(-(1 + 2.5 - 2.75))
})

test("dampening holds back all gradients but the first", () => {
  // Velocities 1, 0.5 + 0.75 * 2, 1 - 0.75 * 4.
  expect(after(makeSgd({ rate: 1, momentum: 0.5, dampening: 0.25 }), [1, 2, -4])).toBe(-(1 + 2 - 2))
})

test("Nesterov's momentum steps along the gradient and the momentum of the new velocity", () => {
  // Velocities as with momentum; steps g + m b: 1 + 0.5, 2 + 1.25, -4 - 1.375.
  expect(after(makeSgd({ rate: 1, momentum: 0.5, nesterov: true }), [1, 2, -4])).toBe(-(1.5 + 3.25 - 5.375))
})

test("weight decay is added to the gradient", () => {
  const { values } = played(makeSgd({ rate: 0.5, weightDecay: 0.5 }), { x: [4] }, () => ({ x: [1] }), 1)
  expect(values.x![0]).toBe(4 - 0.5 * (1 + 0.5 * 4))
})

test.each([{ nesterov: true }, { nesterov: true, momentum: 0.9, dampening: 0.1 }])(
  "Nesterov's momentum refuses %j in a sentence, from definitions and from code",
  (options) => {
    const sentence = /^expected a momentum above 0 and no dampening with Nesterov's momentum but got momentum/
    expect(sgdPlugin.check!({ momentum: 0, ...options })).toEqual([
      { path: ["nesterov"], message: expect.stringMatching(sentence) },
    ])
    expect(() => makeSgd(options)).toThrow(sentence)
  },
)
