import { mean, meanInterval } from "@saddlepoint/metrics/statistics/mean"
import type { Verdict } from "@saddlepoint/metrics/verdict"
import { figure, pFigure, signed } from "./figure.ts"
import { countsOf, direction, type Study, valuesOf } from "./study.ts"
import { controlNames, controlValue } from "./verdicts.ts"

/** `results.md`: verdicts and scores as tables for a repository, an issue or a paper's notes. */
export function resultsMarkdown(study: Study): string {
  const { findings } = study
  return [
    `# ${line(findings.plan.question)}`,
    "## Verdicts",
    verdictTable(study),
    "## Scores",
    "Mean over the finished seeds and the 95 % interval of that mean (Student's t).",
    scoreTable(study),
    "## Headroom",
    Object.values(study.headrooms)
      .map(({ sentence }) => `* ${line(sentence)}`)
      .join("\n"),
    "## Environment",
    Object.entries(findings.environment)
      .map(([label, value]) => `* ${line(label)}: ${line(value)}`)
      .join("\n"),
  ]
    .filter((part) => part !== "")
    .join("\n\n")
    .concat("\n")
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

function scoreTable({ findings, arms, outputs }: Study): string {
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
  const controls = controlNames.map((name) => [
    `*${name}*`,
    ...outputs.map((output) => {
      const value = controlValue(findings, name, output.name)?.value
      return value === undefined ? "–" : figure(value)
    }),
    "control",
  ])
  return table(head, [...armRows, ...controls])
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[]) => `| ${row.map(cell).join(" | ")} |`
  return [cells(head), cells(head.map(() => "---")), ...rows.map(cells)].join("\n")
}

const line = (text: string) => text.replaceAll(/\s*\n\s*/g, " ")
const cell = (text: string) => line(text).replaceAll("|", "\\|")
