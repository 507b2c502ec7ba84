import { expect, test } from "vitest"
import { syntheticFindings } from "../testing/syntheticFindings.ts"
import { headrooms } from "./controls.ts"
import { verdictControlsOf, verdictsOf } from "./verdicts.ts"

test("verdicts come from the findings alone, one for every declared comparison", async () => {
  const findings = await syntheticFindings()
  const verdicts = verdictsOf(findings)
  expect(verdicts.map(({ metric, baseline }) => [metric, baseline])).toEqual(
    findings.plan.comparisons.map(({ metric, baseline }) => [metric, baseline]),
  )
  expect(verdicts[0]).toMatchObject({ outcome: "better", seeds: 5, missing: 0 })
  // Margin: a tenth of |mean of the baseline - real|, and the made-up real images have a fid of 0.4.
  const l1 = findings.trials.filter(({ arm }) => arm === "l1").map(({ result }) => result!.metrics.fid!.value)
  expect(verdicts[0]!.margin).toBeCloseTo(0.1 * (l1.reduce((sum, value) => sum + value, 0) / 5 - 0.4), 10)
})

test("planned controls without values leave the headroom unknown, and then there is no verdict", async () => {
  const findings = await syntheticFindings()
  const [real, ...others] = findings.controls
  const { result: _, ...head } = real!
  const without = { ...findings, controls: [{ ...head, status: "missing" as const }, ...others] }
  expect(headrooms(without).fid).toEqual({
    headroom: false,
    sentence: "Headroom of fid is not known: not every control has a value yet.",
  })
  expect(new Set(verdictsOf(without).map(({ outcome }) => outcome))).toEqual(new Set(["no headroom"]))
})

test("a metric that holds blurred images no worse than real ones gives no verdict", async () => {
  const findings = await syntheticFindings()
  const controls = findings.controls.map((control) =>
    control.arm === "blurred"
      ? { ...control, result: { ...control.result!, metrics: findings.controls[0]!.result!.metrics } }
      : control,
  )
  expect(verdictsOf({ ...findings, controls })[0]!.outcome).toBe("no headroom")
})

test("evaluation noise of the results reaches the verdicts, and older results without it are judged alike", async () => {
  const findings = await syntheticFindings()
  const older = findings.trials.map((trial) => ({
    ...trial,
    result: {
      ...trial.result!,
      metrics: Object.fromEntries(
        Object.entries(trial.result!.metrics).map(([name, { value, identity }]) => [
          name,
          { value, identity },
        ]),
      ),
    },
  }))
  const [now] = verdictsOf(findings)
  const [then] = verdictsOf({ ...findings, trials: older })
  expect(now!.evaluationNoise).toBeGreaterThan(0)
  expect(then).toEqual({ ...now, evaluationNoise: null, sentence: then!.sentence })
})

test("the negative controls rearrange the same findings, and come out the same again", async () => {
  const findings = await syntheticFindings({ seeds: [1, 2, 3, 4, 5, 6] })
  const controls = verdictControlsOf(findings)
  expect(controls.shuffledLabels).toMatchObject({ pairs: 6, relabellings: 64 })
  expect(controls.sameArm).toMatchObject({ pairs: 3, relabellings: 2000 })
  expect(controls.sameArm.share).toBeLessThanOrEqual(0.05)
  expect(verdictControlsOf(findings)).toEqual(controls)
})

test("a metric that no trial has given yet leaves its comparisons inconclusive", async () => {
  const findings = await syntheticFindings()
  const failed = findings.trials.map(({ result: _, ...trial }) => ({ ...trial, status: "failed" as const }))
  const verdicts = verdictsOf({ ...findings, trials: failed, controls: [] })
  expect(new Set(verdicts.map(({ outcome }) => outcome))).toEqual(new Set(["inconclusive"]))
})
