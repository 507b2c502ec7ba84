import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { beforeAll, expect, test } from "vitest"
import { relativistic } from "./relativistic.ts"
import { builtLoss, noWorld } from "./testing/builtLoss.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

type Objective = "bce" | "lsgan" | "hinge"
const built = (objective: Objective, average: boolean) => builtLoss(relativistic({ objective, average }))

/** Batch means of both sides at scores `[batch, 1]`. */
function means(loss: ReturnType<typeof built>, real: readonly number[], fake: readonly number[]) {
  return tf.tidy(() => {
    const column = (scores: readonly number[]) => ({ scores: tf.tensor2d([...scores], [scores.length, 1]) })
    const seen = { real: column(real), fake: column(fake) }
    const value = (side: "opponent" | "learner") => tf.mean(loss.sides[side]!(seen, noWorld)).dataSync()[0]!
    return [value("opponent"), value("learner")] as const
  })
}

// Six scores of either kind, recorded with PyTorch (golden case `layers`, which halves the averages of cross-entropy).
const real = [-2.75207, -0.8030091, 0.637229, 1.1563064, 2.4895513, 0.357313]
const fake = [-2.256844, -0.2456948, 0.6721762, -0.9426824, 1.0109717, -1.4596462]

test.each([
  ["bce", false, 0.5272655],
  ["bce", true, 2 * 0.5989599],
  ["lsgan", true, 4.1605511],
  ["hinge", true, 1.4136165],
] as const)("%s, average %s, has the recorded value at the recorded scores", (objective, average, value) => {
  expect(means(built(objective, average), real, fake)[0]).toBeCloseTo(value, 5)
})

test("the generator's loss of averages is the recorded one", () => {
  expect(means(built("bce", true), real, fake)[1]).toBeCloseTo(2 * 1.3167999, 5)
})

test("pairs compare neighbours: one ahead by 2 and one behind by 1", () => {
  // (2 - 1)^2 and (-1 - 1)^2; relu(1 - 2) and relu(1 + 1)
  expect(means(built("lsgan", false), [3, 0], [1, 1])[0]).toBeCloseTo((1 + 4) / 2, 6)
  expect(means(built("hinge", false), [3, 0], [1, 1])[0]).toBeCloseTo((0 + 2) / 2, 6)
  // ahead by -2 and by 1
  expect(means(built("hinge", false), [3, 0], [1, 1])[1]).toBeCloseTo((3 + 0) / 2, 6)
})

test("where nobody is ahead both players pay ln 2, 1 and 1, and twice as much of averages", () => {
  const undecided = { bce: Math.LN2, lsgan: 1, hinge: 1 }
  for (const [objective, value] of Object.entries(undecided)) {
    for (const [average, times] of [
      [false, 1],
      [true, 2],
    ] as const) {
      const values = means(built(objective as Objective, average), [4, 4], [4, 4])
      for (const each of values) expect(each).toBeCloseTo(times * value, 6)
    }
  }
})

test("players who change places pay each other's loss, wherever the scores lie", () => {
  const scores = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 3, maxLength: 3 })
  const kinds = fc.constantFrom<Objective>("bce", "lsgan", "hinge")
  fc.assert(
    fc.property(
      scores,
      scores,
      kinds,
      fc.boolean(),
      fc.integer({ min: -9, max: 9 }),
      (r, f, objective, average, by) => {
        const loss = built(objective, average)
        const [opponent, learner] = means(loss, r, f)
        const [swapped] = means(loss, f, r)
        const moved = means(
          loss,
          r.map((x) => x + by),
          f.map((x) => x + by),
        )
        const near = (value: number) => expect.closeTo(value, Math.abs(value) > 100 ? 2 : 3)
        expect(swapped).toEqual(near(learner))
        expect(moved).toEqual([near(opponent), near(learner)])
      },
    ),
    { numRuns: 30 },
  )
})

test("pairs are a value for each example, averages one for the batch, whose means are learnt through", () => {
  expect([built("bce", false).scope, built("bce", true).scope]).toEqual(["example", "batch"])
  const slopes = tf.tidy(() => {
    const column = (scores: readonly number[]) => tf.tensor2d([...scores], [6, 1])
    const value = (r: tf.Tensor, f: tf.Tensor) =>
      built("bce", true).sides.opponent!({ real: { scores: r }, fake: { scores: f } }, noWorld) as tf.Scalar
    return tf
      .grads(value as never)([column(real), column(fake)])
      .map((slope) => Array.from(slope.dataSync()))
  })
  // Twice the recorded first gradients, through the means as well.
  expect(slopes[0]![0]).toBeCloseTo(2 * -0.1056861, 5)
  expect(slopes[1]![0]).toBeCloseTo(2 * 0.0371901, 5)
})
