import { stream } from "@saddlepoint/engine/random"
import fc from "fast-check"
import { expect, test } from "vitest"
import type { Outcome } from "./decision.ts"
import type { Evidence, JudgedTrial } from "./evidence.ts"
import { drawVerdicts } from "./verdict.ts"

const identity = { split: "test", images: 100 }
const fid = { name: "fid", higherIsBetter: false, unit: "", range: [0, Number.POSITIVE_INFINITY] } as const
const psnr = { name: "psnr", higherIsBetter: true, unit: "dB", range: [0, 100] } as const

const arm = (name: string, values: readonly number[], metric = "fid"): JudgedTrial[] =>
  values.map((value, seed) => ({
    arm: name,
    seed,
    status: "completed",
    values: { [metric]: { value, identity } },
  }))

const evidence = (trials: readonly JudgedTrial[], more: Partial<Evidence> = {}): Evidence => ({
  comparisons: [{ metric: "fid", challenger: "gan", baseline: "l1", margin: 0.1, alpha: 0.05 }],
  seeds: [0, 1, 2, 3, 4],
  trials,
  outputs: [fid, psnr],
  controls: { fid: [{ headroom: true, sentence: "", real: { value: 0, identity } }] },
  ...more,
})

const baseline = [10, 11, 9, 10.5, 9.5]
const spread = [0.2, -0.1, 0, 0.1, -0.2]
const shifted = (by: number) => baseline.map((value, i) => value + by + spread[i]!)

test.each<[number, Outcome]>([
  [-4, "better"],
  [4, "worse"],
  [0.05, "equivalent"],
])("a steady difference of %d on a metric where lower is better is judged %s", (by, outcome) => {
  const [verdict] = drawVerdicts(evidence([...arm("gan", shifted(by)), ...arm("l1", baseline)]))
  expect(verdict).toMatchObject({ outcome, seeds: 5, planned: 5, missing: 0 })
  expect(verdict?.difference).toBeCloseTo(by, 12)
  expect(verdict?.margin).toBeCloseTo(1, 12) // 0.1 x |10 - 0|
})

test("the same difference is judged the other way where higher is better", () => {
  const [verdict] = drawVerdicts(
    evidence([...arm("gan", shifted(4), "psnr"), ...arm("l1", baseline, "psnr")], {
      comparisons: [{ metric: "psnr", challenger: "gan", baseline: "l1", margin: 0, alpha: 0.05 }],
    }),
  )
  expect(verdict?.outcome).toBe("better")
})

test("differences all over the place are inconclusive, and the sentence says that zero is inside", () => {
  const [verdict] = drawVerdicts(evidence([...arm("gan", [6, 15, 4, 16, 9]), ...arm("l1", baseline)]))
  expect(verdict?.outcome).toBe("inconclusive")
  expect(verdict?.sentence).toContain("The interval holds zero and reaches beyond the margin of ±1")
})

test("what is significant alone but not in the family is inconclusive, and the sentence says so", () => {
  // Differences -2.2, -0.6, -1.6, -0.3, -1.3: t = -3.5 with 4 degrees of freedom, p = 0.025.
  const trials = [
    ...arm("gan", [7.8, 10.4, 7.4, 10.2, 8.2]),
    ...arm("l1", baseline),
    ...arm("twin", shifted(0)),
  ]
  const one = { metric: "fid", challenger: "gan", baseline: "l1", margin: 0.01, alpha: 0.05 }
  const twin = { ...one, challenger: "twin" }
  expect(drawVerdicts(evidence(trials, { comparisons: [one] }))[0]?.outcome).toBe("better")
  const [verdict] = drawVerdicts(evidence(trials, { comparisons: [one, twin, twin] }))
  expect(verdict?.outcome).toBe("inconclusive")
  expect(verdict?.high).toBeLessThan(0)
  expect(verdict?.sentence).toContain("not after Holm's correction for 3 comparisons")
})

test("a diverged challenger seed is shown and forbids better, a diverged baseline seed forbids worse", () => {
  const diverge = (trials: JudgedTrial[]): JudgedTrial[] =>
    trials.map((trial) => (trial.seed === 2 ? { ...trial, status: "diverged", values: {} } : trial))
  const [lost] = drawVerdicts(evidence([...diverge(arm("gan", shifted(-4))), ...arm("l1", baseline)]))
  expect(lost).toMatchObject({ outcome: "inconclusive", seeds: 4, missing: 1 })
  expect(lost?.adjustedP).toBeLessThan(0.05)
  expect(lost?.sentence).toContain("Diverged seeds count against their arm")
  expect(lost?.sentence).toContain("Only 4 of 5 planned pairs: gan diverged on seed 2.")
  const [worse] = drawVerdicts(evidence([...arm("gan", shifted(4)), ...diverge(arm("l1", baseline))]))
  expect(worse?.outcome).toBe("inconclusive")
  const [still] = drawVerdicts(evidence([...diverge(arm("gan", shifted(4))), ...arm("l1", baseline)]))
  expect(still?.outcome).toBe("worse")
})

test("trials that failed or were never played take their pair away and are named", () => {
  const trials = [...arm("gan", shifted(-4)), ...arm("l1", baseline)]
    .filter((trial) => !(trial.arm === "gan" && trial.seed === 4))
    .map(
      (trial): JudgedTrial =>
        trial.arm === "l1" && trial.seed === 0 ? { ...trial, status: "failed", values: {} } : trial,
    )
  const [verdict] = drawVerdicts(evidence(trials))
  expect(verdict).toMatchObject({ outcome: "better", seeds: 3, missing: 2 })
  expect(verdict?.sentence).toContain(
    "Only 3 of 5 planned pairs: gan was not played on seed 4; l1 failed on seed 0.",
  )
})

test("a challenger that fails on more seeds than the baseline is not called better, nor such a baseline beaten", () => {
  const fail = (trials: JudgedTrial[], seeds: readonly number[]): JudgedTrial[] =>
    trials.map((trial) => (seeds.includes(trial.seed) ? { ...trial, status: "failed", values: {} } : trial))
  const better = (ours: readonly number[], theirs: readonly number[]) =>
    drawVerdicts(evidence([...fail(arm("gan", shifted(-4)), ours), ...fail(arm("l1", baseline), theirs)]))[0]!
  expect(better([2], [])).toMatchObject({
    outcome: "inconclusive",
    withheld: "fails more",
    seedsNeeded: null,
    failures: { challenger: 1, baseline: 0, planned: 5, outcome: "no difference shown" },
  })
  expect(better([2], []).sentence).toContain("The arm that it favours fails more often")
  expect(better([2], []).sentence).toContain("Failed or diverged: 1 of 5 seeds of gan, 0 of l1 (exact p 1)")
  expect(better([2], [3]).outcome).toBe("better")
  const [worse] = drawVerdicts(evidence([...arm("gan", shifted(4)), ...fail(arm("l1", baseline), [0])]))
  expect(worse).toMatchObject({ outcome: "inconclusive", withheld: "fails more" })
})

test("below six seeds every seed must point the same way, and the sentence says where one does not", () => {
  // Differences -5, -5, -4.6, -4.8, 0.2: t = -3.73 with 4 degrees of freedom, p = 0.020; sign-flip p 4 / 32.
  const [verdict] = drawVerdicts(evidence([...arm("gan", [5, 6, 4.4, 5.7, 9.7]), ...arm("l1", baseline)]))
  expect(verdict!.pValue).toBeLessThan(0.05)
  expect(verdict).toMatchObject({ outcome: "inconclusive", exactP: 0.125, adjustedP: 0.125 })
  expect(verdict!.sentence).toContain("the exact sign-flip p of 5 seeds is 0.13")
})

test("an inconclusive verdict says how many seeds would settle it", () => {
  const [verdict] = drawVerdicts(evidence([...arm("gan", [8, 12, 6.5, 11, 8]), ...arm("l1", baseline)]))
  expect(verdict!.outcome).toBe("inconclusive")
  expect(verdict!.seedsNeeded).toBeGreaterThan(5)
  expect(verdict!.sentence).toContain(
    `about ${verdict!.seedsNeeded} seeds in all, ${verdict!.seedsNeeded! - 5} more`,
  )
  const [settled] = drawVerdicts(evidence([...arm("gan", shifted(-4)), ...arm("l1", baseline)]))
  expect(settled!.seedsNeeded).toBeNull()
})

test("values of unlike identity are never compared, and the differing key is named", () => {
  const other = arm("gan", shifted(-4)).map((trial) => ({
    ...trial,
    values: { fid: { value: trial.values.fid!.value, identity: { ...identity, images: 50 } } },
  }))
  const [verdict] = drawVerdicts(evidence([...other, ...arm("l1", baseline)]))
  expect(verdict).toMatchObject({ outcome: "inconclusive", difference: null, pValue: null })
  expect(verdict?.sentence).toContain('their identities differ in "images" (50 and 100)')
})

test("a metric without headroom gives no verdict, whatever the numbers are", () => {
  const sentence = "Blurred images score no worse than real ones."
  const controls = { fid: [{ headroom: false, sentence, real: { value: 0, identity } }] }
  const [verdict] = drawVerdicts(evidence([...arm("gan", shifted(-4)), ...arm("l1", baseline)], { controls }))
  expect(verdict?.outcome).toBe("no headroom")
  expect(verdict?.sentence).toContain("Blurred images score no worse than real ones.")
})

test("controls that were judged on another number of images prove no headroom and give no margin, and that is said", () => {
  const trials = [...arm("gan", shifted(-4)), ...arm("l1", baseline)]
  const judgedOn = (images: number, value = 0) => ({
    headroom: true,
    sentence: "",
    real: { value, identity: { ...identity, images } },
  })
  const [verdict] = drawVerdicts(evidence(trials, { controls: { fid: [judgedOn(50)] } }))
  expect(verdict).toMatchObject({ outcome: "no headroom", margin: null, seeds: 5 })
  expect(verdict?.sentence).toContain(
    'Headroom is not known: no control was judged like these arms, as their identities differ in "images" (50 and 100); ' +
      "let a method make as many samples as the test split has images (leave `samples` out).",
  )
  // Of several datasets' controls those count that were judged like the arms.
  const [found] = drawVerdicts(evidence(trials, { controls: { fid: [judgedOn(50), judgedOn(100, 2)] } }))
  expect(found).toMatchObject({ outcome: "better" })
  expect(found?.margin).toBeCloseTo(0.8, 12) // 0.1 x |10 - 2|
})

test("an empty store gives an inconclusive verdict without numbers", () => {
  const [verdict] = drawVerdicts(evidence([]))
  expect(verdict).toMatchObject({ outcome: "inconclusive", difference: null, seeds: 0, missing: 5 })
})

test("an unknown metric is refused with the known ones", () => {
  const comparisons = [{ metric: "fdi", challenger: "gan", baseline: "l1", margin: 0.1, alpha: 0.05 }]
  expect(() => drawVerdicts(evidence([], { comparisons }))).toThrow(
    'Expected a comparison on one of the metric outputs fid, psnr, but got "fdi".',
  )
})

const scores = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 5, maxLength: 5 })
const swapped: Record<Outcome, Outcome> = {
  better: "worse",
  worse: "better",
  equivalent: "equivalent",
  inconclusive: "inconclusive",
  "no headroom": "no headroom",
}

test("swapping the arms mirrors the verdict, and the order of seeds and trials does not matter", () => {
  fc.assert(
    fc.property(scores, scores, fc.integer({ min: 0, max: 300 }), (first, second, by) => {
      const trials = [
        ...arm(
          "gan",
          first.map((value) => value + by),
        ),
        ...arm("l1", second),
      ]
      const comparison = { metric: "fid", challenger: "gan", baseline: "l1", margin: 0, alpha: 0.05 }
      const [there] = drawVerdicts(evidence(trials, { comparisons: [comparison] }))
      const [back] = drawVerdicts(
        evidence(trials.toReversed(), {
          comparisons: [{ ...comparison, challenger: "l1", baseline: "gan" }],
          seeds: [3, 1, 4, 0, 2],
        }),
      )
      expect(back!.outcome).toBe(swapped[there!.outcome])
      expect(back!.difference).toBeCloseTo(-there!.difference!, 9)
      expect(back!.low).toBeCloseTo(-there!.high!, 9)
      expect(back!.adjustedP).toBeCloseTo(there!.adjustedP!, 12)
      expect(
        drawVerdicts(evidence(trials.toReversed(), { comparisons: [comparison], seeds: [4, 3, 2, 1, 0] })),
      ).toEqual([there])
    }),
  )
})

test("better and worse never come with an interval that holds zero, nor with an adjusted p above alpha", () => {
  fc.assert(
    fc.property(scores, scores, fc.integer({ min: 0, max: 900 }), (first, second, by) => {
      const [verdict] = drawVerdicts(
        evidence([
          ...arm(
            "gan",
            first.map((value) => value + by),
          ),
          ...arm("l1", second),
        ]),
      )
      if (verdict?.outcome === "better" || verdict?.outcome === "worse") {
        expect(verdict.low! > 0 || verdict.high! < 0).toBe(true)
        expect(verdict.adjustedP!).toBeLessThanOrEqual(verdict.alpha)
      }
    }),
  )
})

test("with three comparisons and no true difference, at most about 5 % of experiments claim one", () => {
  const draws = stream(1, "test", "family error")
  const experiments = 600
  let claims = 0
  const challengers = ["a", "b", "c"]
  const comparisons = challengers.map((challenger) => ({
    metric: "fid",
    challenger,
    baseline: "l1",
    margin: 0,
    alpha: 0.05,
  }))
  for (let i = 0; i < experiments; i++) {
    const normals = () => Array.from({ length: 5 }, () => draws.normal())
    const trials = [...challengers.flatMap((name) => arm(name, normals())), ...arm("l1", normals())]
    const verdicts = drawVerdicts(evidence(trials, { comparisons }))
    if (verdicts.some(({ outcome }) => outcome === "better" || outcome === "worse")) claims++
  }
  // Binomial(600, 0.05): mean 30, standard deviation 5.3; four of them above.
  expect(claims).toBeLessThanOrEqual(51)
  expect(claims).toBeGreaterThan(0)
})
