import type { Plan, Trial } from "@saddlepoint/core/declare/trial"
import { type Estimate, estimate, estimateInWords, longEstimate } from "@saddlepoint/lab/planning/price"
import { openPriceBook } from "@saddlepoint/lab/planning/priceBook"
import { changeInWords } from "@saddlepoint/lab/store/frozen/definitionChange"
import { registrationInWords, registrationState } from "@saddlepoint/lab/store/frozen/registration"
import { formerResults, formerResultsInWords } from "@saddlepoint/lab/store/reading/formerResults"
import { type TrialState, trialStates } from "@saddlepoint/lab/store/trials/trialStates"
import {
  otherExecutions,
  otherExecutionsInWords,
  type Present,
} from "@saddlepoint/lab/verification/otherExecutions"
import { powerInWords, type SeedPower, seedPower } from "@saddlepoint/metrics/maths/statistics/seedArithmetic"

/** A trial of the plan with what the run store knows of it. */
type PlannedTrial = Pick<Trial, "id" | "arm" | "role" | "seed" | "steps"> & Pick<TrialState, "state">

/** What `plan` tells before anything runs; the one object of `plan --json`. */
export interface Preview {
  readonly experiment: string
  readonly hash: string
  readonly trials: readonly PlannedTrial[]
  /** Judges and controls. */
  readonly prerequisites: readonly PlannedTrial[]
  /** Sentences on what is hardly meant, and on what the seeds can and cannot show. */
  readonly warnings: readonly string[]
  /** The same as numbers; absent without comparisons. */
  readonly power?: SeedPower
  readonly estimate: Estimate
  /** Sentences on results that a run would not use. */
  readonly otherExecutions: readonly string[]
  readonly registration: {
    readonly sentences: readonly string[]
    /** From the first registration to the present definition, a line each. */
    readonly changes: readonly string[]
    /** When the present definition was registered. */
    readonly date?: string
  }
}

export interface PreviewOptions {
  readonly store: string
  /** Trials side by side. */
  readonly workers: number
  /** What planning warned of. */
  readonly warned: readonly string[]
}

/**
 * Looks at a plan beside its run store.
 * @param present what a run would play with, whose results alone are done; those of any execution when left out
 */
export function preview(plan: Plan, { store, workers, warned }: PreviewOptions, present?: Present): Preview {
  const others = present === undefined ? undefined : otherExecutions(plan, store, present)
  const states = trialStates(store, plan, present?.executions)
  const inState = (...wanted: TrialState["state"][]) =>
    new Set([...states].filter(([, { state }]) => wanted.includes(state)).map(([id]) => id))
  const [done, trained] = [inState("done"), inState("done", "unjudged")]
  const shown = ({ id, arm, role, seed, steps }: Trial) => ({
    id,
    arm,
    role,
    seed,
    steps,
    state: states.get(id)!.state,
  })
  const { comparisons, seeds } = plan
  const alpha = Math.min(...comparisons.map((comparison) => comparison.alpha))
  const power = comparisons.length === 0 ? undefined : seedPower(seeds.length, comparisons.length, alpha)
  const registration = registrationState(plan, store)
  const cost = estimate(plan, { done, trained }, openPriceBook(plan, store, trained), workers)
  return {
    experiment: plan.experiment,
    hash: plan.hash,
    trials: plan.trials.map(shown),
    prerequisites: [...plan.judges, ...plan.controls].map(shown),
    warnings: [...warned, ...longEstimate(cost), ...(power === undefined ? [] : powerInWords(power))],
    ...(power === undefined ? {} : { power }),
    estimate: cost,
    otherExecutions: [
      ...(others === undefined ? [] : otherExecutionsInWords(others)),
      ...formerResultsInWords(formerResults(plan, store)),
    ],
    registration: {
      sentences: registrationInWords(registration),
      changes: registration.changes.map(changeInWords),
      ...(registration.own === undefined ? {} : { date: registration.own.date }),
    },
  }
}

/** The same for a terminal. */
export function previewInWords(
  { question }: Plan,
  { hash, trials, prerequisites, warnings, estimate, otherExecutions: others, registration }: Preview,
): string {
  const count = (wanted: TrialState["state"]) => trials.filter(({ state }) => state === wanted).length
  const unjudged = count("unjudged")
  const also = unjudged === 0 ? "" : `, ${unjudged} trained but not judged by every metric`
  return [
    question,
    "",
    ...[...prerequisites, ...trials].map(
      ({ id, state, role, steps, arm, seed }) =>
        `${id}  ${state.padEnd(8)}  ${role.padEnd(10)}  ${`${steps} steps`.padEnd(11)}  ${arm}, seed ${seed}`,
    ),
    "",
    `${trials.length} trials, ${count("done")} done${also}. Definition ${hash.slice(0, 16)}.`,
    ...others,
    ...estimateInWords(estimate),
    ...registration.sentences,
    ...registration.changes.map((change) => `  ${change}`),
    ...warnings,
  ].join("\n")
}
