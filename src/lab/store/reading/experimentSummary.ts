import { join } from "node:path"
import { listFolder } from "../files/durable.ts"
import { folderSize } from "../files/folderSize.ts"
import { experimentFolder, trialsFolder } from "../files/layout.ts"
import { hasChoice } from "../frozen/choiceFile.ts"
import { newestPlans } from "../frozen/newestPlans.ts"
import { allTrials } from "../trials/allTrials.ts"
import { type Standing, trialStatus } from "./storeStatus.ts"

/** What a run store holds of one experiment, in short. */
export interface ExperimentSummary {
  readonly experiment: string
  /** As the newest plan asks it; null where none is kept, as of searches. */
  readonly question: string | null
  readonly search: boolean
  /** That it was planned with, in order of their newest plans; null without one. */
  readonly profiles: readonly (string | null)[]
  /** Of judges, controls and arms in the newest plan of each profile; null where no plan is kept. */
  readonly planned: number | null
  /** Of these trials, or of all where no plan is kept, how many stand where. */
  readonly counts: Readonly<Record<Standing, number>>
  /** Trials that no newest plan holds: of earlier definitions. */
  readonly former: number
  /** When a file of its plans or trials was last written, ISO 8601, UTC; null where there is none. */
  readonly lastActive: string | null
  /** Of all that lies in its folder, reports too. */
  readonly bytes: number
}

/** Sums up an experiment, from the run store alone. */
export function experimentSummary(store: string, experiment: string): ExperimentSummary {
  const plans = newestPlans(store, experiment)
  const planned = new Map(
    plans.flatMap(({ plan }) => allTrials(plan).map((trial) => [trial.id, trial] as const)),
  )
  const begun = listFolder(trialsFolder(store, experiment)).filter((name) => !name.startsWith("."))
  const isBegun = new Set(begun)
  const known = plans.length > 0
  const places = known
    ? [...planned].map(([id, trial]) => {
        const { formerId } = trial
        const isFormer = formerId !== undefined && !isBegun.has(id) && isBegun.has(formerId)
        return { id: isFormer ? formerId : id, trial }
      })
    : begun.map((id) => ({ id, trial: undefined }))
  const counts = { done: 0, unjudged: 0, diverged: 0, failed: 0, playing: 0, stopped: 0, missing: 0 }
  for (const { id, trial } of places) {
    counts[isBegun.has(id) ? trialStatus(store, experiment, id, trial).standing : "missing"] += 1
  }
  const held = new Set(places.map(({ id }) => id))
  const folder = experimentFolder(store, experiment)
  const newest = Math.max(...["plans", "trials"].map((part) => folderSize(join(folder, part)).newest))
  return {
    experiment,
    question: plans.at(-1)?.plan.question ?? null,
    search: hasChoice(store, experiment),
    profiles: plans.map(({ plan }) => plan.profile ?? null),
    planned: known ? planned.size : null,
    counts,
    former: begun.filter((id) => !held.has(id)).length,
    lastActive: newest === 0 ? null : new Date(newest).toISOString(),
    bytes: folderSize(folder).bytes,
  }
}
