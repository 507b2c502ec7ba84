import type { Plan } from "@saddlepoint/core/declare/trial"
import type { Executions } from "../contracts/execution.ts"
import { readManifest } from "../store/attempts/manifest.ts"
import { newest } from "../store/results/publication.ts"
import { allTrials } from "../store/trials/allTrials.ts"
import { readTrial } from "../store/trials/trialRecord.ts"
import { environmentDifferences, type PresentEnvironment } from "./verification.ts"

/** Results that a run would not use, because they were made by another code or on another engine. */
export interface OtherExecutions {
  /** Trials that have such a result and none of the present execution; a run plays them again. */
  readonly trials: readonly string[]
  /** What was different when they were made, in words; the code with its files. */
  readonly differences: readonly string[]
}

/** What a run would play with. */
export interface Present extends Omit<PresentEnvironment, "code"> {
  readonly executions: Executions
}

/** Results of a plan that were made under other executions than the present one, and what is different now. */
export function otherExecutions(plan: Plan, store: string, present: Present): OtherExecutions {
  const trials: string[] = []
  const differences = new Map<string, readonly string[]>()
  for (const trial of allTrials(plan)) {
    const { results } = readTrial(store, plan.experiment, trial.id)
    const made = newest(results.values())
    const now = present.executions.of(trial)
    if (made === undefined || results.has(now.id)) continue
    trials.push(trial.id)
    const { execution } = made.result
    if (differences.has(execution)) continue
    const { engine, machine } = present
    differences.set(execution, differencesOf(made.folder, { engine, machine, code: now.code }))
  }
  return { trials, differences: [...new Set([...differences.values()].flat())] }
}

function differencesOf(attempt: string, present: PresentEnvironment): string[] {
  const manifest = readManifest(attempt)
  if (manifest === undefined) return ["what made them, as their manifest is missing or damaged"]
  return environmentDifferences(manifest, present).map(({ what, recorded, present: now }) =>
    what === "code"
      ? codeInWords(manifest.code.sources ?? {}, present.code.sources ?? {})
      : `${what} (${recorded}, now ${now})`,
  )
}

type Sources = Readonly<Record<string, string>>

const mostFiles = 5

/** `code (changed: losses/l1.ts; new: a.ts; and 3 more files)`. */
function codeInWords(before: Sources, now: Sources): string {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort()
  const changed = names.filter((name) => before[name] !== now[name])
  if (changed.length === 0) return "code"
  const word = (name: string) =>
    before[name] === undefined ? "new" : now[name] === undefined ? "gone" : "changed"
  const named = changed.slice(0, mostFiles).map((name) => `${name} ${word(name)}`)
  const more = changed.length - named.length
  return `code (${named.join(", ")}${more === 0 ? "" : `, and ${more} more`})`
}

/** In sentences; none where a run would use every result. */
export function otherExecutionsInWords({ trials, differences }: OtherExecutions): string[] {
  if (trials.length === 0) return []
  const [has, them] =
    trials.length === 1 ? ["1 trial has a result", "it"] : [`${trials.length} trials have results`, "them"]
  const why = differences.length === 0 ? "another execution" : `other ${differences.join(", other ")}`
  return [`${has} made with ${why}; a run plays ${them} again, and keeps both.`]
}
