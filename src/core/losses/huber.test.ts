import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import { huber } from "./huber.ts"
import { builtLoss, noWorld } from "./testing/builtLoss.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

const computed = (options: Parameters<typeof huber>[0], x: tf.Tensor, goal: tf.Tensor) =>
  builtLoss(huber(options)).sides.learner!({ output: x, target: goal }, noWorld)

// One image of 1 x 6 pixels, recorded with PyTorch (golden case `layers`).
const output = [-2.75207, -0.8030091, 0.637229, 1.1563064, 2.4895513, 0.357313]
const target = [-2.256844, -0.2456948, 0.6721762, -0.9426824, 1.0109717, -1.4596462]
const image = (values: readonly number[]) => tf.tensor4d([...values], [1, 1, values.length, 1])

const paidFor = (options: Parameters<typeof huber>[0], x = output, goal = target) =>
  tf.tidy(() => computed(options, image(x), image(goal)).dataSync()[0]!)

test("it is PyTorch's huber_loss of delta 1/2, and smooth_l1_loss of beta 1", () => {
  expect(paidFor({ delta: 0.5 })).toBeCloseTo(0.4331927, 6)
  expect(paidFor({ form: "smoothL1" })).toBeCloseTo(0.6955104, 6)
})

test("up to delta it is half the square, beyond it a line of slope delta, and smooth L1 one of slope 1", () => {
  const at = (difference: number, options: Parameters<typeof huber>[0]) => paidFor(options, [difference], [0])
  // (1/4)^2 / 2; 1/2 (1 - 1/4); (1/4)^2; 1 - 1/4
  expect(at(0.25, { delta: 0.5 })).toBeCloseTo(0.03125, 6)
  expect(at(-1, { delta: 0.5 })).toBeCloseTo(0.375, 6)
  expect(at(0.25, { delta: 0.5, form: "smoothL1" })).toBeCloseTo(0.0625, 6)
  expect(at(-1, { delta: 0.5, form: "smoothL1" })).toBeCloseTo(0.75, 6)
})

test("its slope is the difference up to delta, delta beyond, and 0 at the target, as on record", () => {
  const slopes = tf.tidy(() =>
    Array.from(
      tf
        .grad((x) => tf.sum(computed({ delta: 0.5 }, x, image(target))))(image(output))
        .dataSync(),
    ),
  )
  // Differences of -0.495, -0.557 and -0.035, over six pixels
  expect(slopes.slice(0, 3)).toEqual([
    expect.closeTo(-0.0825377, 6),
    expect.closeTo(-0.0833333, 6),
    expect.closeTo(-0.0058245, 6),
  ])
  const still = tf.tidy(
    () =>
      tf
        .grad((x) => tf.sum(computed({}, x, image(target))))(image(target))
        .dataSync()[0],
  )
  expect(still).toBeCloseTo(0, 12)
})

test("a delta of 0 is refused", () => {
  expect(() => builtLoss(huber({ delta: 0 }))).toThrow("delta: expected a delta of more than 0")
})
