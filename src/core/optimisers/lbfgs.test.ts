import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { curvaturePair, dot, quasiNewtonDirection } from "./curvaturePairs.ts"
import { makeLbfgs } from "./lbfgs.ts"
import { type Objective, playedOnHost } from "./testing/played.ts"
import { rosenbrock } from "./testing/rosenbrock.ts"

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })

/** A pair of three dimensions along which the objective curves upwards, by other factors in each. */
const curved = fc
  .tuple(
    fc.tuple(number(0.5, 2), number(-2, 2), number(-2, 2)),
    fc.tuple(number(0.1, 4), number(0.1, 4), number(0.1, 4)),
  )
  .map(([move, factors]) => {
    const change = move.map((value, i) => factors[i]! * value)
    return curvaturePair(Float64Array.from(move), Float64Array.from(change))!
  })

/** A bowl `sum scale_i x_i^2 / 2` whose floor is at 0. */
const bowl =
  (scales: readonly number[]): Objective =>
  (x) => {
    const gradient = x.map((value, i) => scales[i]! * value)
    return { loss: dot(x, gradient) / 2, gradient }
  }

describe("the direction", () => {
  test("is the steepest descent without pairs", () => {
    expect([...quasiNewtonDirection(Float64Array.of(1, -2), [])]).toEqual([-1, 2])
  })

  test("satisfies the secant equation of the newest pair, H y = s", () => {
    fc.assert(
      fc.property(curved, fc.array(curved, { maxLength: 3 }), (newest, older) => {
        const found = quasiNewtonDirection(newest.change, [...older, newest])
        for (const [i, value] of newest.move.entries()) expect(-found[i]!).toBeCloseTo(value, 6)
      }),
    )
  })

  test("goes down: its product with the gradient is below 0", () => {
    fc.assert(
      fc.property(curved, fc.array(curved, { maxLength: 4 }), ({ move: gradient }, pairs) => {
        expect(dot(gradient, quasiNewtonDirection(gradient, pairs))).toBeLessThan(0)
      }),
    )
  })

  test("a pair with no more than 1e-10 of curvature is not made", () => {
    const move = Float64Array.of(1, 0)
    expect(curvaturePair(move, Float64Array.of(-1, 5))).toBeUndefined()
    expect(curvaturePair(move, Float64Array.of(1e-10, 5))).toBeUndefined()
    expect(curvaturePair(move, Float64Array.of(1e-9, 5))?.product).toBeCloseTo(1e-9, 15)
  })
})

describe("the optimiser", () => {
  test("begins with the steepest descent, shortened to rate * min(1, 1/|g|_1)", async () => {
    const once = (scales: readonly number[]) =>
      playedOnHost(makeLbfgs({ rate: 0.5, maxIterations: 1 }), [1, 1], bowl(scales), 1)
    // |g|_1 = 5: 0.5 / 5 of the gradient (2, 3).
    expect((await once([2, 3])).values[0]).toBeCloseTo(1 - 0.1 * 2, 12)
    expect((await once([2, 3])).values[1]).toBeCloseTo(1 - 0.1 * 3, 12)
    // |g|_1 = 0.5 is no reason for a longer one.
    expect((await once([0.25, 0.25])).values[0]).toBeCloseTo(1 - 0.5 * 0.25, 12)
  })

  test("goes on with steps of the rate along quasi-Newton directions: a bowl of one dimension is solved by the second", async () => {
    const { values } = await playedOnHost(makeLbfgs({ maxIterations: 1 }), [3], bowl([4]), 2)
    expect(values[0]).toBeCloseTo(0, 12)
  })

  test("finds the floor of Rosenbrock's valley with the strong Wolfe search", async () => {
    const optimiser = makeLbfgs({ lineSearch: "strongWolfe" })
    const { values } = await playedOnHost(optimiser, [-1.2, 1, -1.2, 1], rosenbrock, 6)
    for (const value of values) expect(value).toBeCloseTo(1, 4)
  })

  test.each(["none", "strongWolfe"] as const)(
    "continues exactly from a state that was kept, whatever was played before (%s)",
    async (lineSearch) => {
      const optimiser = makeLbfgs({ lineSearch, maxIterations: 3, history: 2, rate: 0.1 })
      const first = await playedOnHost(optimiser, [-0.5, 0.3, 0.2], rosenbrock, 4)
      const kept = {
        values: Float64Array.from(first.values),
        state: Object.fromEntries(
          Object.entries(first.state).map(([name, values]) => [name, Float32Array.from([...values])]),
        ),
      }
      const next = (optimiser: ReturnType<typeof makeLbfgs>, at: typeof kept) =>
        optimiser.update({ values: at.values, evaluate: async (x) => rosenbrock(x) }, at.state, {
          rate: optimiser.rate,
          count: 5,
        })
      const fresh = makeLbfgs({ lineSearch, maxIterations: 3, history: 2, rate: 0.1 })
      expect(await next(fresh, kept)).toEqual(await next(optimiser, first as typeof kept))
      const whole = await playedOnHost(optimiser, [-0.5, 0.3, 0.2], rosenbrock, 5)
      expect((await next(fresh, kept)).values).toEqual(whole.values)
    },
  )

  test("remembers at most as many pairs as its history, the newest last", async () => {
    const optimiser = makeLbfgs({ history: 2, maxIterations: 1, rate: 0.5 })
    const pairs = async (updates: number) =>
      (await playedOnHost(optimiser, [1, 1], bowl([1, 3]), updates)).state
    expect([...(await pairs(1)).pairs!]).toEqual([0])
    const [two, three] = [await pairs(3), await pairs(4)]
    expect([...three.pairs!]).toEqual([2])
    expect([...three.moves!.slice(0, 2)]).toEqual([...two.moves!.slice(2, 4)])
    expect([...three.changes!.slice(0, 2)]).toEqual([...two.changes!.slice(2, 4)])
  })

  test("takes no new direction once it has evaluated as often as it may", async () => {
    const optimiser = makeLbfgs({ maxIterations: 20, maxEvaluations: 3, rate: 0.1 })
    const { losses } = await playedOnHost(optimiser, [1, 1], bowl([1, 3]), 1)
    expect(losses[0]).toHaveLength(3)
  })

  test("stops and says nothing where the gradient is not a number, so that the trainer sees the loss", async () => {
    const broken: Objective = () => ({ loss: Number.NaN, gradient: Float64Array.of(Number.NaN) })
    const { values, losses } = await playedOnHost(makeLbfgs(), [1], broken, 1)
    expect([...values]).toEqual([1])
    expect(losses).toEqual([[Number.NaN]])
  })
})
