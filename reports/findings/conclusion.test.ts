import { noCurves } from "@saddlepoint/lab/store/attempts/lossCurves"
import type { Findings } from "@saddlepoint/lab/store/reading/findings"
import { expect, test } from "vitest"
import { syntheticFindings } from "../testing/syntheticFindings.ts"
import { conclusionOf } from "./conclusion.ts"
import { studyOf } from "./study.ts"

const answer = async (...wish: Parameters<typeof syntheticFindings>) =>
  conclusionOf(studyOf(await syntheticFindings(...wish)))

test("what is better than both baselines is said in one sentence, with size, certainty and seeds", async () => {
  const { lead } = await answer()
  expect(lead[0]).toMatch(
    /^gan \(receptive field 16\) beats l1 and l2 on fid: [\d.]+ lower \(95 % interval [\d.]+ to [\d.]+\) and .* lower is better \(Holm-adjusted p .*, 5 seeds\)\.$/,
  )
})

test("arms of the same quality are not said to differ", async () => {
  const same = { l1: ["baseline", 18], gan: ["challenger", 18] } as const
  const comparisons = [{ metric: "fid", challenger: "gan", baseline: "l1", margin: 0.01, alpha: 0.05 }]
  const { lead } = await answer({ arms: same, comparisons })
  expect(lead).toHaveLength(1)
  expect(lead[0]).toMatch(/^Inconclusive on fid: 5 seeds cannot tell gan from l1/)
})

test("what several challengers leave open on one metric is one sentence", async () => {
  const same = { l1: ["baseline", 18], a: ["challenger", 18], b: ["challenger", 18] } as const
  const comparisons = ["a", "b"].map((challenger) => ({
    metric: "fid",
    challenger,
    baseline: "l1",
    margin: 0.01,
    alpha: 0.05,
  }))
  const { lead } = await answer({ arms: same, comparisons })
  expect(lead).toEqual(["Inconclusive on fid (the table says why): a against l1; b against l1."])
})

test("a claim that lost seeds forbid is said to be withheld, not to want evidence", async () => {
  const gan = "gan/discriminator.receptiveField=16"
  const { lead } = await answer({ ends: { [`${gan} 5`]: "diverged" } })
  expect(lead.join(" ")).toMatch(
    /Withheld on fid for gan \(receptive field 16\) against l1 and l2: the mean difference is [\d.]+ lower .*, but seeds diverged, which forbids a claim\./,
  )
  expect(lead.join(" ")).not.toContain("cannot tell")
})

test("an empty store has no answer, and says so", async () => {
  const findings = await syntheticFindings()
  const { lead, notes } = conclusionOf(studyOf({ ...findings, trials: [], controls: [], judges: [] }))
  expect(lead).toEqual(["Nothing has been played yet, so there is no answer."])
  expect(notes).toEqual([
    "Not every planned trial has values: 25 not played; they are listed under failures.",
  ])
})

test("arms that are all worse than the trivial control are called under-trained", async () => {
  const poor = { l1: ["baseline", 40], gan: ["challenger", 35] } as const
  const comparisons = [{ metric: "fid", challenger: "gan", baseline: "l1", margin: 0.1, alpha: 0.05 }]
  const { notes } = await answer({ arms: poor, comparisons })
  expect(notes[0]).toMatch(/^Under-trained: on fid the mean of every arm is worse than the trivial control/)
})

test("a baseline whose loss still falls in the last quarter is called out, one that has settled is not", async () => {
  const findings = await syntheticFindings()
  expect(conclusionOf(studyOf(findings)).notes.some((note) => note.startsWith("Training was short"))).toBe(
    false,
  )
  const cut = findings.trials.map(({ curves: { steps, losses }, ...trial }) => ({
    ...trial,
    curves: {
      steps: steps.slice(0, 16),
      losses: new Map([...losses].map(([name, column]) => [name, column.slice(0, 16)])),
    },
  }))
  const { notes } = conclusionOf(studyOf({ ...findings, trials: cut }))
  expect(notes[0]).toMatch(/^Training was short: .*\(l1 by \d+ % and l2 by \d+ %\)/)
})

test("where a judge refused nothing was played, and the answer is the judge's own sentence", async () => {
  const findings = await syntheticFindings()
  const missing = (of: Findings["trials"]) =>
    of.map(({ id, arm, role, kind, seed }) => {
      return { id, arm, role, kind, seed, status: "missing" as const, curves: noCurves }
    })
  const evidence =
    "Expected the judge to reach its bar, but it has 0.26 (chance 0.25, bar 0.34); give it more steps."
  const { result: _, ...judge } = findings.judges[0]!
  const { lead } = conclusionOf(
    studyOf({
      ...findings,
      trials: missing(findings.trials),
      controls: missing(findings.controls),
      judges: [{ ...judge, status: "failed", evidence }],
    }),
  )
  expect(lead).toEqual([
    "Nothing has been played yet, so there is no answer.",
    `What needs judge/fid.features is not played: ${evidence}`,
  ])
})
