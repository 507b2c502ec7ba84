import { mean } from "@saddlepoint/metrics/maths/statistics/mean"
import type { Outcome } from "@saddlepoint/metrics/verdict/decision"
import type { Verdict } from "@saddlepoint/metrics/verdict/verdict"
import { counted, figure, listed, pFigure } from "../writing/figure.ts"
import { countsOf, groupsOf, type Study, valuesOf } from "./study.ts"
import { underTraining } from "./underTrained.ts"

/** The answer to the question: what the declared comparisons say, and what qualifies it. */
export interface Conclusion {
  readonly lead: readonly string[]
  readonly notes: readonly string[]
}

/** Puts the verdicts in plain words, by metric and challenger, and says what they do not cover. */
export function conclusionOf(study: Study): Conclusion {
  const { findings, verdicts, arms } = study
  const counts = countsOf(arms.flatMap(({ trials }) => trials))
  if (counts.completed === 0) {
    const lead =
      counts.diverged + counts.failed === 0
        ? "Nothing has been played yet, so there is no answer."
        : "No trial completed, so there is no answer."
    return { lead: [lead, ...withoutJudges(study)], notes: losses(counts) }
  }
  const groups = groupsOf(verdicts, ({ metric, challenger, outcome, withheld }) =>
    JSON.stringify([metric, challenger, outcome, withheld]),
  )
  const lead =
    findings.plan.comparisons.length === 0
      ? ["No comparison was declared, so there is no verdict; the tables below describe what was measured."]
      : [
          ...order
            .flatMap((outcome) => groups.filter(([first]) => first!.outcome === outcome))
            .map((group) => sentence(study, group)),
          ...groups
            .filter(([first]) => first!.withheld !== null)
            .map((group) => withheldSentence(study, group)),
          ...undecided.flatMap((outcome) =>
            summary(
              study,
              groups.filter(([first]) => first!.outcome === outcome && first!.withheld === null),
            ),
          ),
        ]
  return {
    lead,
    notes: [...withoutJudges(study), ...underTraining(study), ...best(study), ...losses(counts)],
  }
}

/** Judges that refused or failed, in their own words: what needs them is not played. */
function withoutJudges({ findings }: Study): string[] {
  return findings.judges.flatMap(({ arm, status, evidence }) =>
    status === "failed" ? [`What needs ${arm} is not played: ${evidence ?? "it failed."}`] : [],
  )
}

/** Outcomes in the order of what a reader came for. */
const order: readonly Outcome[] = ["better", "worse", "equivalent"]
const undecided: readonly Outcome[] = ["inconclusive", "no headroom"]

/** What was left open, one sentence for each metric where several challengers share it. */
function summary(study: Study, groups: readonly (readonly Verdict[])[]): string[] {
  return groupsOf(groups, ([first]) => first!.metric).map((sameMetric) => {
    if (sameMetric.length === 1) return sentence(study, sameMetric[0]!)
    const { outcome, metric } = sameMetric[0]![0]!
    const who = sameMetric.map(
      (group) =>
        `${study.label(group[0]!.challenger)} against ${listed(group.map(({ baseline }) => study.label(baseline)))}`,
    )
    const what = outcome === "inconclusive" ? "Inconclusive" : "No verdict, for want of headroom,"
    return `${what} on ${metricWords(study, metric)} (the table says why): ${who.join("; ")}.`
  })
}

/** A claim that lost seeds forbid is not a want of evidence, and is reported separately. */
function withheldSentence(study: Study, group: readonly Verdict[]): string {
  const { challenger, metric, withheld } = group[0]!
  const others = listed(group.map(({ baseline }) => study.label(baseline)))
  const why =
    withheld === "diverged"
      ? "seeds diverged, which forbids a claim"
      : "the arm that it favours fails more often, which forbids a claim"
  return `Withheld on ${metricWords(study, metric)} for ${study.label(challenger)} against ${others}: the mean difference is ${listed(group.map(size))}, but ${why}.`
}

function sentence(study: Study, group: readonly Verdict[]): string {
  const { challenger, outcome, higherIsBetter } = group[0]!
  const metric = metricWords(study, group[0]!.metric)
  const name = study.label(challenger)
  const others = listed(group.map(({ baseline }) => study.label(baseline)))
  const fewest = Math.min(...group.map((verdict) => verdict.seeds))
  const seeds = `${group.some((verdict) => verdict.seeds > fewest) ? "at least " : ""}${counted(fewest, "seed")}`
  const highestP = Math.max(...group.map(({ adjustedP }) => adjustedP ?? 1))
  const evidence = `Holm-adjusted p ${group.length > 1 && highestP >= 1e-4 ? "at most " : ""}${pFigure(highestP)}, ${seeds}`
  const sizes = listed(group.map(size))
  const phrases: Record<Outcome, string> = {
    better: `${name} beats ${others} on ${metric}: ${sizes} on average, where ${higherIsBetter ? "higher" : "lower"} is better (${evidence}).`,
    worse: `${name} is worse than ${others} on ${metric}: ${sizes} on average, where ${higherIsBetter ? "higher" : "lower"} is better (${evidence}).`,
    equivalent: `${name} and ${others} are equivalent on ${metric}: they differ by less than the declared margin (${evidence.split(", ").at(-1)}).`,
    inconclusive:
      group[0]!.difference === null
        ? `Inconclusive: ${name} and ${others} cannot be compared on ${metric} (the table says why).`
        : `Inconclusive on ${metric}: ${seeds} cannot tell ${name} from ${others} (mean difference ${sizes}; the table says why).`,
    "no headroom": `No verdict on ${metric} for ${name} against ${others}: the metric has no proven headroom on this dataset.`,
  }
  return phrases[outcome]
}

/** A metric's name, distinguished from an arm of the same name. */
function metricWords({ arms }: Study, metric: string): string {
  return arms.some(({ name }) => name === metric) ? `the metric ${metric}` : metric
}

function size({ difference, low, high, alpha }: Verdict): string {
  if (difference === null || low === null || high === null) return ""
  const confidence = figure(100 * (1 - alpha), 2)
  const [from, to] = difference < 0 ? [-high, -low] : [low, high]
  return `${figure(Math.abs(difference))} ${difference < 0 ? "lower" : "higher"} (${confidence} % interval ${figure(from)} to ${figure(to)})`
}

/** Which challenger has the best mean on each compared metric, said to be no test. */
function best({ arms, verdicts, outputs, headrooms }: Study): string[] {
  const challengers = arms.filter(({ role, oracle }) => role === "challenger" && !oracle)
  const tops = [...new Set(verdicts.map(({ metric }) => metric))].flatMap((metric) => {
    const output = outputs.find(({ name }) => name === metric)
    const means = challengers.flatMap((arm) => {
      const values = valuesOf(arm, metric).map(({ value }) => value)
      return values.length === 0 ? [] : [{ label: arm.label, value: mean(values) }]
    })
    if (output === undefined || means.length < 2 || headrooms[metric]?.headroom === false) return []
    const sign = output.higherIsBetter ? 1 : -1
    const top = means.reduce((a, b) => (sign * b.value > sign * a.value ? b : a))
    return [`${metric} ${figure(top.value)} by ${top.label}`]
  })
  return tops.length === 0
    ? []
    : [
        `Best means among all ${challengers.length} challengers, as a description and not a test: ${listed(tops)}.`,
      ]
}

function losses(counts: Readonly<Record<"diverged" | "failed" | "missing", number>>): string[] {
  const parts = [
    counts.diverged > 0 ? `${counts.diverged} diverged` : "",
    counts.failed > 0 ? `${counts.failed} failed` : "",
    counts.missing > 0 ? `${counts.missing} not played` : "",
  ].filter((part) => part !== "")
  return parts.length === 0
    ? []
    : [`Not every planned trial has values: ${listed(parts)}; they are listed under failures.`]
}
