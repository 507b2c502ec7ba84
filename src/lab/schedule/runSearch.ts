import type { ArmTuning, Choice } from "@saddlepoint/core/declare/choice"
import type { Experiment } from "@saddlepoint/core/declare/decode/decode"
import type { SearchPlan, Trial } from "@saddlepoint/core/declare/trial"
import type { Search, SearchedArm } from "@saddlepoint/core/search/search"
import * as Effect from "effect/Effect"
import { choiceSchema } from "../store/frozen/choiceFile.ts"
import type { JudgedResult } from "../store/reading/findings.ts"

/** What a search needs of the world. */
export interface SearchWorld<E, R> {
  /** Plays what is missing of a rung. */
  play(plan: SearchPlan): Effect.Effect<unknown, E, R>
  /** A trial's result with its values, where it has one. */
  result(plan: SearchPlan, trial: Trial): JudgedResult | undefined
  /** Plans the trials of a rung. */
  planOf(experiment: Experiment): Promise<SearchPlan>
}

/** What a configuration did in one rung. */
interface Entry {
  readonly index: number
  /** Mean over the seeds; undefined where a trial of it was lost. */
  readonly value: number | undefined
}

/**
 * Plays a search rung by rung and chooses for every arm the configuration with the best mean of the deciding metric over
 * the seeds. A configuration of which a trial diverged or failed ranks last; equals keep the order of the draw.
 * What is chosen is a function of the results alone.
 */
export const runSearch = Effect.fn("runSearch")(function* <E, R>(search: Search, world: SearchWorld<E, R>) {
  const entrants = new Map<string, readonly number[]>(
    search.arms.map(({ key, configurations }) => [key, [...configurations.keys()]]),
  )
  const spent = new Map<string, Spent>(search.arms.map(({ key }) => [key, nothing]))
  const values = new Map<string, number | undefined>()
  for (const [number, rung] of search.rungs.entries()) {
    const experiment = search.rung(rung.share, entrants)
    const plan = yield* Effect.promise(() => world.planOf(experiment))
    yield* world.play(plan)
    const next = search.rungs[number + 1]
    for (const arm of search.arms) {
      const names = experiment.arms.filter(({ key }) => key === arm.key).map(({ name }) => name)
      const trials = plan.trials.filter((trial) => names.includes(trial.arm))
      const results = trials.map((trial) => ({ trial, result: world.result(plan, trial) }))
      spent.set(arm.key, add(spent.get(arm.key)!, results))
      const entries = entrants.get(arm.key)!.map((index, place): Entry => {
        const own = results.filter(({ trial }) => trial.arm === names[place])
        return { index, value: meanOf(own.map(({ result }) => result?.metrics[search.select]?.value)) }
      })
      const ranked = rank(entries, search.higherIsBetter)
      values.set(arm.key, ranked[0]!.value)
      const most = next === undefined ? 1 : next.entrants(arm.configurations.length)
      entrants.set(
        arm.key,
        ranked.slice(0, most).map(({ index }) => index),
      )
    }
  }
  const { name, hash, select, seeds } = search
  const arms = search.arms.map((arm) => {
    const tuning = tuningOf(arm, entrants.get(arm.key)![0]!, values.get(arm.key), spent.get(arm.key)!)
    return [arm.key, tuning] as const
  })
  const choice: Choice = {
    schema: choiceSchema,
    search: name,
    hash,
    select,
    seeds,
    arms: Object.fromEntries(arms),
  }
  return choice
})

type Spent = Pick<ArmTuning, "trials" | "steps" | "seconds" | "lost">

const nothing: Spent = { trials: 0, steps: 0, seconds: 0, lost: 0 }

function add(
  spent: Spent,
  results: readonly { readonly trial: Trial; readonly result: JudgedResult | undefined }[],
): Spent {
  return results.reduce(
    ({ trials, steps, seconds, lost }, { trial, result }) => ({
      trials: trials + 1,
      steps: steps + trial.steps,
      seconds: seconds + (result?.seconds ?? 0),
      lost: lost + (result?.status === "completed" ? 0 : 1),
    }),
    spent,
  )
}

function tuningOf(arm: SearchedArm, index: number, value: number | undefined, spent: Spent): ArmTuning {
  const { configurations } = arm
  return {
    configuration: configurations[index]!,
    value: value ?? null,
    tried: configurations.length,
    ...spent,
  }
}

function meanOf(values: readonly (number | undefined)[]): number | undefined {
  let sum = 0
  for (const value of values) {
    if (value === undefined || !Number.isFinite(value)) return undefined
    sum += value
  }
  return values.length === 0 ? undefined : sum / values.length
}

/** Best first; lost ones last; equals in the order of the draw. */
function rank(entries: readonly Entry[], higherIsBetter: boolean): readonly Entry[] {
  const sign = higherIsBetter ? -1 : 1
  return [...entries].sort((a, b) => {
    if (a.value === undefined || b.value === undefined) {
      return Number(a.value === undefined) - Number(b.value === undefined) || a.index - b.index
    }
    return sign * (a.value - b.value) || a.index - b.index
  })
}
