import { type Engine, openEngine } from "@saddlepoint/engine"
import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { Loss, LossWorld } from "../contracts/loss.ts"
import { gradientPenalty } from "./gradientPenalty.ts"
import { builtLoss } from "./testing/builtLoss.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "js", threads: 1 })
})
afterAll(() => engine.dispose())

/** A world that draws these shares of the real examples, one for each pair. */
const sharing = (...shares: readonly number[]): LossWorld => ({
  given: {},
  draw(name, shape, how) {
    expect({ name, shape, how }).toEqual({
      name: "share",
      shape: [shares.length, ...shape.slice(1).map(() => 1)],
      how: { kind: "uniform" },
    })
    return tf.tensor([...shares], [...shape])
  },
})

const penalties = (
  { sides }: Loss<"critic">,
  world: LossWorld,
  shape: readonly [number, ...number[]],
  score: (x: tf.Tensor) => tf.Tensor,
  [real, fake]: readonly [number[], number[]],
) =>
  tf.tidy(() =>
    Array.from(
      sides.opponent!(
        { real: tf.tensor(real, [...shape]), fake: tf.tensor(fake, [...shape]), score },
        world,
      ).dataSync(),
    ),
  )

test("of a linear critic it is the squared distance of the slope's norm from the target, wherever it looks", () => {
  const number = fc.double({ min: -3, max: 3, noNaN: true })
  fc.assert(
    fc.property(
      number,
      fc.constantFrom(0, 1, 2.5),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (slope, target, share) => {
        const shape = [2, 2, 2, 1] as const
        const images = [0, 1].map((of) => Array.from({ length: 8 }, () => stream(slope, of).normal()))
        const score = (x: tf.Tensor) => tf.mul(tf.sum(tf.reshape(x, [2, -1]), 1, true), slope)
        const found = penalties(
          builtLoss(gradientPenalty({ target })),
          sharing(share, 1 - share),
          shape,
          score,
          [images[0]!, images[1]!],
        )
        // The gradient is the slope at each of four values: a norm of 2 |slope|.
        for (const value of found) expect(value).toBeCloseTo((2 * Math.abs(slope) - target) ** 2, 4)
      },
    ),
    { numRuns: 20 },
  )
})

test("of one side it asks nothing of a critic that is flatter than the target, and the same of a steeper one", () => {
  const paid = (oneSided: boolean, slope: number) =>
    penalties(
      builtLoss(gradientPenalty({ oneSided })),
      sharing(0.5, 0.5),
      [2, 4],
      (x) => tf.mul(tf.sum(x, 1, true), slope),
      [Array.from({ length: 8 }, () => 1), Array.from({ length: 8 }, () => 0)],
    )[0]
  // The gradient is the slope at each of four values: norms of 1/2 and 3.
  expect(paid(true, 0.25)).toBe(0)
  expect(paid(false, 0.25)).toBeCloseTo(0.25, 5)
  expect([paid(true, 1.5), paid(false, 1.5)]).toEqual([expect.closeTo(4, 4), expect.closeTo(4, 4)])
})

test("it looks between each pair, the drawn share of the way from the generated example to the real one", () => {
  // A critic |x|^2 / 2 has the gradient x: its norm tells where it was looked at.
  const score = (x: tf.Tensor) => tf.mul(0.5, tf.sum(tf.square(x), -1, true))
  const loss = builtLoss(gradientPenalty({ target: 0 }))
  const found = penalties(loss, sharing(0.25, 1), [2, 2], score, [
    [4, 0, 1, 2],
    [0, 4, 9, 9],
  ])
  // (1, 3) and the real example (1, 2).
  expect(found).toEqual([expect.closeTo(10, 4), expect.closeTo(5, 4)])
})

test("its gradient is finite where the critic does not slope at all", () => {
  const slope = tf.tidy(() => {
    const { opponent } = builtLoss(gradientPenalty()).sides
    const images = { real: tf.ones([2, 3]), fake: tf.zeros([2, 3]) }
    const of = (by: tf.Tensor) => {
      const score = (x: tf.Tensor) => tf.mul(tf.sum(x, -1, true), by)
      return tf.mean(opponent!({ ...images, score }, sharing(0.5, 0.5)))
    }
    return tf.grad(of)(tf.scalar(0)).dataSync()[0]
  })
  expect(slope).toBeCloseTo(0, 5)
})

test("a critic learns from it as differences say, through its gradient", () => {
  const draws = stream("gradientPenalty.test")
  const normal = (shape: number[], scale: number) =>
    tf.tidy(() =>
      tf.variable(
        tf.tensor(
          Array.from({ length: tf.util.sizeFromShape(shape) }, () => scale * draws.normal()),
          shape,
        ),
      ),
    )
  const before = tf.memory().numTensors
  const kernel = normal([3, 3, 1, 3], 0.5)
  const head = normal([12, 1], 0.5)
  const [real, fake] = [normal([2, 4, 4, 1], 1), normal([2, 4, 4, 1], 1)]
  const score = (x: tf.Tensor) => {
    const seen = tf.softplus(tf.conv2d(x as tf.Tensor4D, kernel as unknown as tf.Tensor4D, 1, "valid"))
    return tf.matMul(tf.reshape(seen, [2, 12]), head as unknown as tf.Tensor2D)
  }
  const { opponent } = builtLoss(gradientPenalty()).sides
  const total = () => tf.mean(opponent!({ real, fake, score }, sharing(0.25, 0.75))) as tf.Scalar
  const value = () => tf.tidy(() => total().dataSync()[0]!)
  const { grads, value: at } = tf.variableGrads(total, [kernel, head])
  for (const variable of [kernel, head]) {
    const slopes = grads[variable.name]!.dataSync()
    const values = Array.from(variable.dataSync())
    const step = 1e-2
    for (const [place, slope] of slopes.entries()) {
      const moved = (by: number) => {
        const next = values.map((x, i) => (i === place ? x + by : x))
        tf.tidy(() => variable.assign(tf.tensor(next, variable.shape)))
        return value()
      }
      const difference = (moved(step) - moved(-step)) / (2 * step)
      moved(0)
      // Differences of float32 at this step are good to about 1e-3 of the largest slope.
      expect(Math.abs(slope - difference)).toBeLessThan(2e-3)
    }
    expect(Math.max(...slopes.map(Math.abs))).toBeGreaterThan(0.1)
  }
  tf.dispose([grads, at, kernel, head, real, fake])
  expect(tf.memory().numTensors).toBe(before)
})
