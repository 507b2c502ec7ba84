import { neutral } from "@saddlepoint/core/contracts/neutral"
import { withPathsCut } from "@saddlepoint/lab/store/files/privacy"
import { examInWords } from "@saddlepoint/lab/store/results/examInWords"
import { mean, meanInterval } from "@saddlepoint/metrics/maths/statistics/mean"
import type { BootstrapIntervals, Interval } from "@saddlepoint/metrics/verdict/description"
import type { Verdict } from "@saddlepoint/metrics/verdict/verdict"
import { type Adaptation, type Adapted, adaptedArms } from "../findings/adaptation/adaptation.ts"
import { changes } from "../findings/adaptation/classAnswers.ts"
import { targetAccuracy } from "../findings/adaptation/gap.ts"
import { alterationNotice } from "../findings/alteredRecords.ts"
import { controlNames, controlValue } from "../findings/controls.ts"
import {
  type Arm,
  countsOf,
  direction,
  failuresByArms,
  relabelled,
  type Study,
  valuesOf,
} from "../findings/study.ts"
import { unlikeControls } from "../findings/unlikeControls.ts"
import { figure, pFigure, signed } from "../writing/figure.ts"

/** `results.md`: verdicts and scores as tables for a repository, an issue or a paper's notes. */
export function resultsMarkdown(study: Study, adaptation: Adaptation | null = null): string {
  const { findings } = study
  return [
    `# ${line(findings.plan.question)}`,
    alterationNotice(findings)
      .map((sentence, at) => (at === 0 ? `**Altered records.** ${line(sentence)}\n` : `* ${line(sentence)}`))
      .join("\n"),
    "## Verdicts",
    verdictTable(study),
    effectTable(study),
    failureLines(study),
    "## Negative controls of the verdicts",
    study.verdicts.length === 0
      ? "No comparison was declared, so there is no rule to control."
      : `* ${study.verdictControls.shuffledLabels.sentence}\n* ${study.verdictControls.sameArm.sentence}`,
    ...(adaptation === null ? [] : adaptationParts(adaptation)),
    "## Scores",
    "Mean over the finished seeds and the 95 % interval of that mean (Student's t).",
    scoreTable(
      study,
      study.arms.filter(({ oracle }) => !oracle),
    ),
    ...oracleScores(study),
    unlikeControls(study)
      .map((sentence) => `* ${line(sentence)}`)
      .join("\n"),
    "## Headroom",
    findings.plan.controls.length === 0
      ? "Not checked: the plan has no controls."
      : Object.values(study.headrooms)
          .map(({ sentence }) => `* ${line(sentence)}`)
          .join("\n"),
    judgeLines(study),
    "## Environment",
    Object.entries(findings.environment)
      .map(([label, value]) => `* ${line(label)}: ${line(value)}`)
      .join("\n"),
  ]
    .filter((part) => part !== "")
    .join("\n\n")
    .concat("\n")
}

/** How well each trained judge learnt its task, or why it does not judge. */
function judgeLines({ findings }: Study): string {
  return findings.judges
    .flatMap(({ arm, status, evidence, result }) => {
      if (status === "failed") return [`* ${arm}: ${line(evidence ?? "failed")}`]
      return result?.exam === undefined ? [] : [`* ${arm}: ${examInWords(result.exam)}`]
    })
    .join("\n")
}

function verdictTable({ verdicts, label }: Study): string {
  const row = (verdict: Verdict) => [
    verdict.metric,
    label(verdict.challenger),
    label(verdict.baseline),
    `**${verdict.outcome}**`,
    verdict.difference === null ? "–" : signed(verdict.difference),
    verdict.low === null || verdict.high === null ? "–" : `${signed(verdict.low)} to ${signed(verdict.high)}`,
    verdict.margin === null ? "–" : figure(verdict.margin),
    verdict.adjustedP === null ? "–" : pFigure(verdict.adjustedP),
    `${verdict.seeds} / ${verdict.planned}`,
  ]
  const head = [
    "metric",
    "challenger",
    "against",
    "outcome",
    "difference",
    "95 % interval",
    "margin",
    "adjusted p",
    "seeds",
  ]
  return table(head, verdicts.map(row))
}

/** How large the differences are; descriptive, as verdicts rest on none of it. */
function effectTable({ verdicts, label }: Study): string {
  if (verdicts.length === 0) return ""
  const number = (value: number | null, write = signed) => (value === null ? "–" : write(value))
  const ends = (interval: Interval | null | undefined) =>
    interval === null || interval === undefined ? "–" : `${signed(interval.low)} to ${signed(interval.high)}`
  const rows = verdicts.map((verdict) => [
    verdict.metric,
    label(verdict.challenger),
    label(verdict.baseline),
    number(verdict.cliffsDelta),
    number(verdict.pairedD),
    number(verdict.probabilityOfImprovement, figure),
    ends(verdict.bootstrap?.percentile),
    ends(verdict.bootstrap?.bca),
    number(verdict.evaluationNoise, figure),
    verdict.seedsNeeded === null ? "–" : `about ${verdict.seedsNeeded}`,
    verdict.withheld ?? "–",
  ])
  const head = [
    "metric",
    "challenger",
    "against",
    "Cliff's delta",
    "paired d",
    "probability of improvement",
    "percentile bootstrap",
    "BCa bootstrap",
    "evaluation noise (sd)",
    "seeds needed",
    "withheld",
  ]
  const seen = new Set(
    verdicts.flatMap(({ bootstrap, seeds }) => (bootstrap === null ? [] : coverage(bootstrap, seeds))),
  )
  return [
    "Effect sizes and bootstrap intervals describe; no verdict rests on them.",
    table(head, rows),
    ...seen,
  ].join("\n\n")
}

function coverage({ descriptive, coverage }: BootstrapIntervals, seeds: number): string[] {
  if (!descriptive) return []
  const held =
    coverage === null
      ? ""
      : ` in simulated studies with normal differences they held the true one in ${figure(100 * coverage.percentile)} % (percentile) and ${figure(100 * coverage.bca)} % (BCa).`
  return [
    `Bootstrap intervals over ${seeds} seeds are too narrow for a claim${held === "" ? "." : `:${held}`}`,
  ]
}

/** Pairs of arms that lost a seed, with whether one loses more. */
function failureLines(study: Study): string {
  return failuresByArms(study)
    .filter(({ failures }) => failures.challenger + failures.baseline > 0)
    .map(({ failures, challenger, baseline }) =>
      line(`* ${relabelled(failures.sentence, [challenger, baseline], study)}`),
    )
    .join("\n")
}

/** How far arms came from the source to the target, and which classes that concerns. */
function adaptationParts(adaptation: Adaptation): string[] {
  const bounds = adaptation.groups.map(({ oracle, arms }) =>
    [
      ...(oracle ? ["Chosen by an oracle, which is not available in practice:"] : []),
      table(
        ["arm", "method", "from", "to", "lower bound", "upper bound", "gap closed", "95 % interval"],
        arms.map(gapRow),
      ),
    ].join("\n\n"),
  )
  const notes = adaptedArms(adaptation).flatMap(({ arm, gap: { sentence } }) =>
    sentence === undefined ? [] : [`* ${line(`${arm.label}: ${sentence}.`)}`],
  )
  return [
    "## From the source to the target",
    adaptation.accuracy
      ? "Share of the gap closed: (arm − lower) / (upper − lower) in target accuracy, of means over the seeds that all three finished; its interval resamples those seeds."
      : "Accuracy on the target is not known: it was not judged, or the labels of the target are not known.",
    ...bounds,
    adaptation.accuracy ? notes.join("\n") : "",
    classTables(adaptation),
  ]
}

function gapRow({ arm, method, source, target, lower, upper, gap: { closed } }: Adapted): string[] {
  const value = (bound: typeof lower) => {
    const values = bound === undefined ? [] : valuesOf(bound, targetAccuracy).map((each) => each.value)
    return values.length === 0 ? "–" : `${bound!.label} ${figure(mean(values))}`
  }
  return [
    arm.label,
    method,
    source,
    target,
    value(lower),
    value(upper),
    closed === undefined ? "–" : `${figure(100 * closed.fraction)} %`,
    closed?.interval === undefined
      ? "–"
      : `${figure(100 * closed.interval.low)} % to ${figure(100 * closed.interval.high)} %`,
  ]
}

/** A table for every group, as arms that an oracle chose stand in no column with others. */
function classTables({ groups }: Adaptation): string {
  const tables = groups.flatMap(({ arms }) => {
    const changed = arms.flatMap(({ arm, lower, answers }) => {
      const from = arms.find((other) => other.arm === lower)?.answers
      const change = answers?.labelled && from && arm !== lower ? changes(answers, from) : null
      return change === null ? [] : [{ label: arm.label, classes: answers!.classes, change }]
    })
    const rows = changed.map(({ label, change }) => [
      label,
      ...change.values.map((value) => (Number.isNaN(value) ? "–" : signed(100 * value, 2))),
    ])
    return changed.length === 0 ? [] : [table(["arm", ...changed[0]!.classes], rows)]
  })
  return tables.length === 0
    ? ""
    : [
        "Change of every class's recall on the target against the lower bound, in percentage points:",
        ...tables,
      ].join("\n\n")
}

function oracleScores(study: Study): string[] {
  const oracles = study.arms.filter(({ oracle }) => oracle)
  return oracles.length === 0
    ? []
    : ["Chosen by an oracle, compared with no others:", scoreTable(study, oracles)]
}

function scoreTable({ controls, outputs }: Study, arms: readonly Arm[]): string {
  const head = ["arm", ...outputs.map((output) => `${output.name} (${direction(output)})`), "finished"]
  const armRows = arms.map((arm) => [
    arm.label,
    ...outputs.map(({ name }) => {
      const values = valuesOf(arm, name).map(({ value }) => value)
      if (values.length === 0) return "–"
      if (values.length === 1) return figure(values[0]!)
      const { low, high } = meanInterval(values, 0.05)
      return `${figure(mean(values))} (${figure(low)} to ${figure(high)})`
    }),
    `${countsOf(arm.trials).completed} / ${arm.trials.length}`,
  ])
  const controlRows = controls.flatMap((set) =>
    controlNames.map((name) => [
      `*${name}*${set.dataset === "" ? "" : ` (dataset ${set.dataset})`}`,
      ...outputs.map((output) => {
        const value = controlValue(set, name, output.name)?.value
        return value === undefined ? "–" : figure(value)
      }),
      "control",
    ]),
  )
  return table(head, [...armRows, ...controlRows])
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[]) => `| ${row.map(cell).join(" | ")} |`
  return [cells(head), cells(head.map(() => "---")), ...rows.map(cells)].join("\n")
}

/** On one line, with nothing in it that Markdown, or HTML in it, would take for more than text. */
const line = (text: string) =>
  neutral(withPathsCut(text))
    .replaceAll(/\s*\n\s*/g, " ")
    .replaceAll(/[<[`\\]/g, "\\$&")
const cell = (text: string) => line(text).replaceAll("|", "\\|")
