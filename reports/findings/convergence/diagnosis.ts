import type { MetricOutput } from "@saddlepoint/core/contracts/metric"
import type { SeenMoment } from "@saddlepoint/lab/contracts/moments"
import { figure } from "../../writing/figure.ts"

/**
 * The rules, fixed beforehand. Shares are of what the metric has moved in all between its best and its worst moment.
 * - Samples are *collapsed* that lie less than half as far apart as real examples, or half of which have another nearer than 95 in 100 real ones have.
 * - A trial is *past its best* that gave back more than a third of it.
 * - It is *still improving* where its last third brought more than a tenth of it, and nothing was better than the end.
 * - Moves of less than a twentieth of the metric's largest value tell nothing: it has settled.
 */
export const rules = {
  diversity: 0.5,
  duplicates: 0.5,
  givenBack: 1 / 3,
  stillImproving: 0.1,
  still: 0.05,
} as const

/** How a trial stands at its end. */
export type State = "collapsed" | "past its best" | "still improving" | "settled" | "not known"

/** Moments that a course takes. */
const fewest = 3

/** A metric's value at a moment. */
export interface At {
  readonly step: number
  readonly value: number
}

export interface Diagnosis {
  readonly state: State
  /** Why, in one sentence. */
  readonly evidence: string
  /** Step of the first moment from which on all samples were collapsed, to the end. */
  readonly collapsedAt?: number
  readonly last?: At
  /** The best of all moments by the very examples that judge: no result, and never compared with one. */
  readonly best?: At
  /** What the opponent was like at the end, where it says something. */
  readonly opponent?: string
}

/**
 * Whether a trial has converged or collapsed.
 * @param moments earliest first, at least one
 * @param output the metric to go by; the signs alone where there is none
 */
export function diagnose(moments: readonly SeenMoment[], output: MetricOutput | undefined): Diagnosis {
  const seen = output === undefined ? [] : valuesAt(moments, output.name)
  const better = (a: number, b: number) => (output!.higherIsBetter ? a > b : a < b)
  const best = seen.reduce<At | undefined>(
    (found, at) => (found === undefined || better(at.value, found.value) ? at : found),
    undefined,
  )
  const end = moments.at(-1)!
  const last = seen.at(-1)
  const scores = {
    ...(last?.step === end.step ? { last } : {}),
    ...(best === undefined ? {} : { best }),
    ...opponentOf(end),
  }
  const collapsedAt = collapse(moments)
  if (collapsedAt !== undefined) {
    return { state: "collapsed", evidence: collapsedEvidence(end), collapsedAt, ...scores }
  }
  return { ...courseOf(seen, best, output, end), ...scores }
}

function courseOf(
  seen: readonly At[],
  best: At | undefined,
  output: MetricOutput | undefined,
  end: SeenMoment,
): Pick<Diagnosis, "state" | "evidence"> {
  const last = seen.at(-1)
  if (output === undefined || best === undefined || last === undefined)
    return notKnown(output === undefined ? "no metric is compared" : `${output.name} judged no moment`)
  if (last.step !== end.step) return notKnown(`${output.name} did not judge its end`)
  if (seen.length < fewest)
    return notKnown(`${output.name} judged ${seen.length} of the ${fewest} moments that a course takes`)
  const values = seen.map(({ value }) => value)
  const moved = Math.max(...values) - Math.min(...values)
  const size = Math.max(...values.map(Math.abs))
  if (moved <= rules.still * size) {
    return {
      state: "settled",
      evidence: `${output!.name} moved ${figure(moved, 2)} in all, less than a twentieth of its largest value.`,
    }
  }
  const lost = Math.abs(best.value - last.value)
  const inAll = `${figure(moved, 2)} in all`
  if (lost > rules.givenBack * moved) {
    return {
      state: "past its best",
      evidence: `${output.name} was ${figure(best.value)} at step ${best.step} and gave back ${figure(lost, 2)} of ${inAll}.`,
    }
  }
  const before = seen.findLast(({ step }) => step <= (2 / 3) * last.step) ?? seen[0]!
  const gained = (output.higherIsBetter ? 1 : -1) * (last.value - before.value)
  if (best === last && gained > rules.stillImproving * moved) {
    return {
      state: "still improving",
      evidence: `${output.name} gained ${figure(gained, 2)} of ${inAll} after step ${before.step}; train longer.`,
    }
  }
  return {
    state: "settled",
    evidence: `${output.name} moved ${inAll}, and ${figure(Math.abs(gained), 2)} after step ${before.step}.`,
  }
}

const notKnown = (why: string): Pick<Diagnosis, "state" | "evidence"> => ({
  state: "not known",
  evidence: `It has not collapsed; more cannot be told, as ${why}.`,
})

function valuesAt(moments: readonly SeenMoment[], name: string): At[] {
  return moments.flatMap(({ step, values }) =>
    values[name] === undefined ? [] : [{ step, value: values[name] }],
  )
}

const isCollapsed = ({ signs: { diversity = 1, duplicates = 0 } }: SeenMoment): boolean =>
  diversity < rules.diversity || duplicates >= rules.duplicates

function collapse(moments: readonly SeenMoment[]): number | undefined {
  const alive = moments.findLastIndex((moment) => !isCollapsed(moment))
  return moments[alive + 1]?.step
}

function collapsedEvidence({ signs: { diversity = 1, duplicates = 0 } }: SeenMoment): string {
  return diversity < rules.diversity
    ? `Its samples lie ${figure(diversity, 2)} times as far apart as real examples.`
    : `${figure(100 * duplicates, 2)} % of its samples have another nearer than 95 in 100 real examples have.`
}

function opponentOf({ signs: { accuracy, slope } }: SeenMoment): Pick<Diagnosis, "opponent"> {
  if (accuracy === undefined) return {}
  const sure = `ranks ${figure(100 * accuracy, 3)} % of pairs of a real and a generated example right`
  if (slope !== undefined && slope < 1e-4)
    return { opponent: `${sure}, and its gradient at samples is ${figure(slope, 2)}: nothing to learn from` }
  return { opponent: sure }
}
