import fc from "fast-check"
import { expect, test } from "vitest"
import { differenceNoise } from "./differenceNoise.ts"
import type { Evidence, JudgedTrial } from "./evidence.ts"
import { drawVerdicts } from "./verdict.ts"

const identity = { split: "test" }
const valued = (value: number, noise?: number) =>
  noise === undefined ? { value, identity } : { value, noise, identity }

test("the noise of a difference is the root mean square over seeds of both values' noise together", () => {
  const pairs = [
    { challenger: valued(1, 3), baseline: valued(2, 4) }, // sqrt(9 + 16) = 5
    { challenger: valued(1, 1), baseline: valued(2, 0) }, // 1
  ]
  expect(differenceNoise(pairs)).toBeCloseTo(Math.sqrt((25 + 1) / 2), 14)
})

test("where a pair lacks an estimate the others stand for it, and without any there is none", () => {
  const whole = { challenger: valued(1, 3), baseline: valued(2, 4) }
  const half = { challenger: valued(1, 7), baseline: valued(2) }
  // What was not finite is null in a result's JSON.
  const lost = { challenger: valued(1, null as unknown as number), baseline: valued(2, 4) }
  expect(differenceNoise([whole, half, lost])).toBe(5)
  expect(differenceNoise([half, lost])).toBeNull()
  expect(differenceNoise([])).toBeNull()
})

const evidence = (
  seeds: readonly (readonly [gan: number, l1: number])[],
  noise?: (seed: number) => number,
): Evidence => ({
  comparisons: [{ metric: "fid", challenger: "gan", baseline: "l1", margin: 0.1, alpha: 0.05 }],
  seeds: seeds.map((_, seed) => seed),
  trials: seeds.flatMap((values, seed) =>
    ["gan", "l1"].map(
      (arm, i): JudgedTrial => ({
        arm,
        seed,
        status: "completed",
        values: { fid: valued(values[i]!, noise?.(seed)) },
      }),
    ),
  ),
  outputs: [{ name: "fid", higherIsBetter: false, unit: "", range: [0, Number.POSITIVE_INFINITY] }],
  controls: { fid: [{ headroom: true, sentence: "", real: valued(0) }] },
})

// Differences -3, -5, -4: standard deviation 1.
const seeds = [
  [7, 10],
  [6, 11],
  [5, 9],
] as const

test("noise above half of the spread between seeds is said with its share of the variance, less is not", () => {
  const [large] = drawVerdicts(evidence(seeds, () => 0.6 / Math.SQRT2))
  expect(large!.evaluationNoise).toBeCloseTo(0.6, 12)
  expect(large!.sentence).toContain(
    "Evaluation noise is large: 0.6 (sd) of a seed's difference, where the seeds' spread is 1, so that up to 36 % of the variance may come from judging few images",
  )
  const [all] = drawVerdicts(evidence(seeds, () => 5))
  expect(all!.sentence).toContain("so that all of the variance")
  const [small] = drawVerdicts(evidence(seeds, () => 0.4 / Math.SQRT2))
  expect(small!.evaluationNoise).toBeCloseTo(0.4, 12)
  expect(small!.sentence).not.toContain("Evaluation noise")
  const [unknown] = drawVerdicts(evidence(seeds))
  expect(unknown!.evaluationNoise).toBeNull()
  expect(unknown!.sentence).not.toContain("Evaluation noise")
})

test("evaluation noise decides nothing", () => {
  const score = fc.integer({ min: 0, max: 100 })
  fc.assert(
    fc.property(
      fc.array(fc.tuple(score, score), { minLength: 2, maxLength: 8 }),
      fc.double({ min: 0, max: 100, noNaN: true }),
      (pairs, noise) => {
        const [without] = drawVerdicts(evidence(pairs))
        const [withNoise] = drawVerdicts(evidence(pairs, () => noise))
        expect({ ...withNoise, evaluationNoise: null, sentence: "" }).toEqual({ ...without, sentence: "" })
      },
    ),
    { numRuns: 15 },
  )
})
