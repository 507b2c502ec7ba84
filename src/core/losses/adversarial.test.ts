import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import { axis } from "../contracts/axis.ts"
import type { AdversarialLoss } from "../contracts/loss.ts"
import { adversarial, type ObjectiveName, objectives } from "./adversarial.ts"
import { builtLoss, noWorld } from "./testing/builtLoss.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

const built = (objective: ObjectiveName): AdversarialLoss => builtLoss(adversarial(objective))
const names = Object.keys(objectives) as ObjectiveName[]

const seen = (real: tf.Tensor, fake: tf.Tensor) => ({ real: { scores: real }, fake: { scores: fake } })
const opponent = ({ sides }: AdversarialLoss, real: tf.Tensor, fake: tf.Tensor) =>
  sides.opponent!(seen(real, fake), noWorld)
const learner = ({ sides }: AdversarialLoss, fake: tf.Tensor, real: tf.Tensor) =>
  sides.learner!(seen(real, fake), noWorld)

const column = (scores: readonly number[]) => tf.tensor2d([...scores], [scores.length, 1])

/** Batch means of both sides at scores `[batch, 1]`. */
const means = (loss: AdversarialLoss, real: readonly number[], fake: readonly number[]) =>
  tf.tidy(() => [
    tf.mean(opponent(loss, column(real), column(fake))).dataSync()[0]!,
    tf.mean(learner(loss, column(fake), column(real))).dataSync()[0]!,
  ])

const slopes = (f: (x: tf.Tensor) => tf.Tensor, at: readonly number[]) =>
  tf.tidy(() =>
    Array.from(
      tf
        .grad((x) => tf.sum(f(x)))(column(at))
        .dataSync(),
    ),
  )

test.each([
  // At logits ln 3 and -ln 3: sp(-ln 3) = ln(4/3) = 0.287682, sp(ln 3) = ln 4 = 1.386294
  ["bce", 0.575364, 1.386294],
  ["minimax", 0.575364, -0.287682],
  // (ln 3 - 1)^2 + (ln 3)^2 = 0.009725 + 1.206949; (-ln 3 - 1)^2 = 4.404173
  ["lsgan", 1.216674, 4.404173],
  // ((ln 3 - 1)^2 + (-ln 3 + 1)^2) / 2; (ln 3)^2 / 2
  ["pearsonLsgan", 0.009725, 0.603474],
  // relu(1 - ln 3) = 0 twice; ln 3
  ["hinge", 0, 1.098612],
  // -ln 3 - ln 3 and ln 3
  ["wasserstein", -2.197225, 1.098612],
] as const)("%s has its hand-computed values at logits ln 3 and -ln 3", (name, discriminates, generates) => {
  const values = means(built(name), [Math.log(3)], [-Math.log(3)])
  expect(values[0]).toBeCloseTo(discriminates, 5)
  expect(values[1]).toBeCloseTo(generates, 5)
})

// Real examples fall on two points with p = (3/4, 1/4), fake ones with q = (1/4, 3/4).
const onPoints = ([a, b]: readonly [number, number]) =>
  [[a, a, a, b] as const, [a, b, b, b] as const] as const

test("bce at the optimal logits log p/q is 2 ln 2 - 2 JSD(p, q)", () => {
  const [real, fake] = onPoints([Math.log(3), -Math.log(3)])
  // JSD of (3/4, 1/4) and (1/4, 3/4): the middle is (1/2, 1/2); 3/4 ln(3/2) + 1/4 ln(1/2) = 0.130812
  expect(means(built("bce"), real, fake)[0]).toBeCloseTo(2 * Math.LN2 - 2 * 0.130812, 5)
})

test("lsgan at the optimal scores p / (p + q) is the sum of p q / (p + q)", () => {
  const [real, fake] = onPoints([0.75, 0.25])
  // 2 * (3/4 * 1/4) / 1
  expect(means(built("lsgan"), real, fake)[0]).toBeCloseTo(0.375, 6)
})

test("pearsonLsgan at the optimal scores (p - q) / (p + q) leaves the generator half of chi-squared of p + q from 2 q", () => {
  const [real, fake] = onPoints([0.5, -0.5])
  // 2 C = sum (p (D - 0)^2 + q (D - 0)^2) with D = (p - q) / (p + q): 2 * (1/2)^2 = sum (p - q)^2 / (p + q) = 1/2
  const optimum =
    (means(built("pearsonLsgan"), real, real)[1]! + means(built("pearsonLsgan"), real, fake)[1]!) * 2
  expect(optimum).toBeCloseTo(0.5, 6)
})

test("smoothed labels of real examples are those that were asked for, and those of fake ones stay", () => {
  const smooth = builtLoss(adversarial({ objective: "bce", smoothReal: 0.9 }))
  // 0.9 sp(-ln 3) + 0.1 sp(ln 3) + sp(-ln 3) = 0.9 * 0.287682 + 0.1 * 1.386294 + 0.287682
  const [value, generates] = means(smooth, [Math.log(3)], [-Math.log(3)])
  expect(value).toBeCloseTo(0.685225, 5)
  expect(generates).toBeCloseTo(1.386294, 5)
  // Least where the discriminator says 0.9 of real examples; of fake ones nothing is enough.
  const zero = column([0])
  const [below, at, above] = slopes((real) => opponent(smooth, real, zero), [2, Math.log(9), 3])
  expect([below! < 0, above! > 0]).toEqual([true, true])
  expect(at).toBeCloseTo(0, 6)
  const never = slopes((fake) => opponent(smooth, zero, fake), [-12])[0]!
  expect(never).toBeGreaterThan(0)
  zero.dispose()
  // The recorded six scores of PyTorch's binary_cross_entropy_with_logits with targets 0.9 and 0 (golden case `layers`).
  expect(means(smooth, recorded.real, recorded.fake)[0]).toBeCloseTo(1.504159, 5)
})

const recorded = {
  real: [-2.75207, -0.8030091, 0.637229, 1.1563064, 2.4895513, 0.357313],
  fake: [-2.256844, -0.2456948, 0.6721762, -0.9426824, 1.0109717, -1.4596462],
}

test.each([
  ["minimax", 0.685225, -0.287682],
  // (ln 3 - 0.9)^2 + (ln 3)^2
  ["lsgan", 1.246396, 4.404173],
  // A label of 0.9 is a target of 0.8: ((ln 3 - 0.8)^2 + (1 - ln 3)^2) / 2
  ["pearsonLsgan", 0.049447, 0.603474],
] as const)("%s has a target that smoothed labels move", (objective, discriminates, generates) => {
  const smooth = builtLoss(adversarial({ objective, smoothReal: 0.9 }))
  const values = means(smooth, [Math.log(3)], [-Math.log(3)])
  expect(values[0]).toBeCloseTo(discriminates, 5)
  expect(values[1]).toBeCloseTo(generates, 5)
})

test("labels are smoothed of objectives that have targets, on the real side alone, and above indecision", () => {
  for (const objective of ["hinge", "wasserstein"] as const) {
    expect(() => builtLoss(adversarial({ objective, smoothReal: 0.9 }))).toThrow(
      `smoothReal: expected no smoothReal with ${objective}, which draws real scores to no target, but got 0.9; leave it out, or take bce, minimax, lsgan, pearsonLsgan`,
    )
  }
  for (const smoothReal of [0.5, 1.1]) {
    expect(() => builtLoss(adversarial({ smoothReal }))).toThrow(
      "expected a label above 0.5, and of at most 1",
    )
  }
  expect(adversarial({ objective: "bce" }).options).toEqual({ objective: "bce" })
  expect(means(builtLoss(adversarial({ smoothReal: 1 })), [2], [1])).toEqual(means(built("bce"), [2], [1]))
})

test("hinge at the optimal scores sign(p - q) is 2 - |p - q|", () => {
  const [real, fake] = onPoints([1, -1])
  // |3/4 - 1/4| + |1/4 - 3/4| = 1
  expect(means(built("hinge"), real, fake)[0]).toBeCloseTo(1, 6)
})

test("minimax saturates where the discriminator is sure, the non-saturating form does not", () => {
  const one = column([0])
  // -sigmoid(-20) = -2.06e-9 and sigmoid(-20) - 1 = -1; equal, -1/2, at logit 0
  const [sure, open] = slopes((fake) => learner(built("minimax"), fake, one), [-20, 0])
  expect(sure).toBeCloseTo(-2.06e-9, 10)
  expect(open).toBeCloseTo(-0.5, 6)
  const [pushed, equal] = slopes((fake) => learner(built("bce"), fake, one), [-20, 0])
  expect(pushed).toBeCloseTo(-1, 6)
  expect(equal).toBeCloseTo(-0.5, 6)
  one.dispose()
})

test.each(names)("%s is finite, value and gradient, at scores of 1e4 either way", (name) => {
  const loss = built(name)
  const extremes = [1e4, -1e4]
  const other = column([-1e4, 1e4])
  const found = [
    ...means(loss, extremes, extremes),
    ...slopes((real) => opponent(loss, real, other), extremes),
    ...slopes((fake) => opponent(loss, other, fake), extremes),
    ...slopes((fake) => learner(loss, fake, other), extremes),
  ]
  expect(found.every(Number.isFinite)).toBe(true)
  other.dispose()
})

test("bce's gradients at scores of 1e4 are those of the limit", () => {
  const zero = column([0, 0])
  // d sp(-r)/dr = -sigmoid(-r): 0 at 1e4 and -1 at -1e4
  const found = slopes((real) => opponent(built("bce"), real, zero), [1e4, -1e4])
  expect(found[0]).toBeCloseTo(0, 12)
  expect(found[1]).toBeCloseTo(-1, 12)
  zero.dispose()
})

test.each(["bce", "minimax"] as const)(
  "%s: swapping and negating the scores leaves the discriminator's loss",
  (name) => {
    const [value] = means(built(name), [0.5, -2], [1.25, 3])
    const [swapped] = means(built(name), [-1.25, -3], [-0.5, 2])
    expect(swapped).toBeCloseTo(value!, 6)
  },
)

test("scores of a patch map are averaged within the example", () => {
  const values = tf.tidy(() => {
    const map = tf.tensor4d([0, 1, 2, 3, 10, 10, 10, 10], [2, 2, 2, 1])
    return Array.from(learner(built("hinge"), map, map).dataSync())
  })
  expect(values).toEqual([-1.5, -10])
})

test("wasserstein tells how far apart the means are, whatever is added to all scores", () => {
  const [value] = means(built("wasserstein"), [3, 5], [-1, 0])
  const [moved] = means(built("wasserstein"), [103, 105], [99, 100])
  // -(4 - (-1/2))
  expect(value).toBeCloseTo(-4.5, 6)
  expect(moved).toBeCloseTo(-4.5, 4)
})

test.each(names)("%s looks at real scores only where the learner minds them: never", (name) => {
  const fake = { scores: column([0.5]) }
  const blind = {
    fake,
    get real(): never {
      throw new Error("looked at real scores")
    },
  }
  tf.tidy(() => built(name).sides.learner!(blind, noWorld))
  tf.dispose(fake)
})

test("the constructor takes a name, an axis of names or options, and only known words", () => {
  expect(adversarial("hinge").options).toEqual({ objective: "hinge" })
  expect(adversarial(axis("bce", "lsgan")).options).toEqual({ objective: { axis: ["bce", "lsgan"] } })
  expect(adversarial({ weight: 2 }).options).toEqual({ weight: 2 })
  expect(built("bce")).toMatchObject({ name: "adversarial", role: "adversarial", weight: 1 })
  // @ts-expect-error: not an objective
  adversarial("wgan")
})
