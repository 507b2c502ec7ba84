import type { Findings, TrialFinding } from "@saddlepoint/lab/store/reading/findings"
import { expect, test } from "vitest"
import { syntheticFindings } from "../testing/syntheticFindings.ts"
import { controlSets, controlsLike, headrooms } from "./controls.ts"
import { judgedValuesOf, studyOf } from "./study.ts"
import { underTraining } from "./underTrained.ts"
import { unlikeControls } from "./unlikeControls.ts"
import { verdictsOf } from "./verdicts.ts"

/** A trial whose values of fid were judged with another fact in their identity. */
function judgedWith(trial: TrialFinding, fact: Readonly<Record<string, string | number>>): TrialFinding {
  const { fid, ...others } = trial.result!.metrics
  const other = { ...fid!, identity: { ...fid!.identity, ...fact } }
  return { ...trial, result: { ...trial.result!, metrics: { fid: other, ...others } } }
}

/** Findings whose controls are those of two datasets, of which the arms were judged on the second. */
async function ofTwoDatasets(): Promise<Findings> {
  const findings = await syntheticFindings()
  const marked = (dataset: string) =>
    findings.controls.map((control) => ({
      ...judgedWith(control, dataset === "b" ? {} : { dataset }),
      arm: `control/${control.arm}@${dataset}`,
    }))
  const planned = ["a", "b"].flatMap((dataset) =>
    findings.plan.controls.map((control) => ({ ...control, arm: `control/${control.arm}@${dataset}` })),
  )
  return {
    ...findings,
    plan: { ...findings.plan, controls: planned },
    controls: [...marked("a"), ...marked("b")],
  }
}

test("controls of several datasets are told apart by the mark in their names, and arms have those that were judged like them", async () => {
  const findings = await ofTwoDatasets()
  const sets = controlSets(findings)
  expect(sets.map(({ dataset, judged }) => [dataset, Object.keys(judged)])).toEqual([
    ["a", ["real", "blurred", "trivial"]],
    ["b", ["real", "blurred", "trivial"]],
  ])
  const { arms } = studyOf(findings)
  expect(controlsLike(sets, "fid", judgedValuesOf(arms[0]!, "fid"))!.dataset).toBe("b")
  expect(headrooms(findings).fid!.sentence).toMatch(/^Dataset a: fid orders .* Dataset b: fid orders /)
  expect(verdictsOf(findings)[0]!.outcome).toBe("better")
})

test("arms that were judged on another number of images have no headroom and no margin, and the report says why", async () => {
  const findings = await syntheticFindings()
  const trials = findings.trials.map((trial) => judgedWith(trial, { images: 1000 }))
  const study = studyOf({ ...findings, trials })
  const [verdict] = study.verdicts
  expect(verdict).toMatchObject({ metric: "fid", outcome: "no headroom", margin: null })
  expect(verdict!.sentence).toContain('their identities differ in "images" (100 and 1000)')
  expect(unlikeControls(study)[0]).toBe(
    'On fid the controls say nothing of l1: the identities of their values differ in "images" (100 and 1000).',
  )
  expect(unlikeControls(studyOf(findings))).toEqual([])
})

test("no arm is called under-trained by controls that were judged differently", async () => {
  const arms = { l1: ["baseline", 40], gan: ["challenger", 35] } as const
  const comparisons = [{ metric: "fid", challenger: "gan", baseline: "l1", margin: 0.1, alpha: 0.05 }]
  const findings = await syntheticFindings({ arms, comparisons })
  expect(underTraining(studyOf(findings))[0]).toMatch(/^Under-trained: on fid/)
  const trials = findings.trials.map((trial) => judgedWith(trial, { images: 1000 }))
  expect(underTraining(studyOf({ ...findings, trials }))).toEqual([])
})

test("controls that were judged differently among themselves prove no headroom", async () => {
  const findings = await syntheticFindings()
  const [real, ...others] = findings.controls
  const odd = { ...findings, controls: [judgedWith(real!, { images: 7 }), ...others] }
  expect(headrooms(odd).fid).toEqual({
    headroom: false,
    sentence:
      'Headroom of fid is not known: the identities of the controls\' values differ in "images" (7 and 100).',
  })
})
