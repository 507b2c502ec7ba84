import { availableParallelism } from "node:os"
import type { JsonObject } from "@saddlepoint/core/json"
import type { Plan, Trial } from "@saddlepoint/core/trial"
import type { EngineIdentity } from "@saddlepoint/engine/engine"
import { Deferred, Effect } from "effect"
import type { ChildMessage } from "./childChannel.ts"
import { claimTrial } from "./claim.ts"
import { errorCode } from "./durable.ts"
import type { CodeIdentity } from "./execution.ts"
import type { Failure, FailureClass } from "./failure.ts"
import { openLeaseWatch } from "./lease.ts"
import { playClaimed } from "./playClaimed.ts"
import type { ResultStatus } from "./result.ts"
import { goesMore } from "./retryPolicy.ts"
import { allTrials, type PublishedResult, publishedResult, readTrial, recoverResult } from "./runStore.ts"
import { openSchedule } from "./schedule.ts"

/** The run store's folder cannot be read or written. */
export class StoreUnusable extends Error {
  override readonly name = "StoreUnusable"
}

export interface RunOptions {
  readonly plan: Plan
  /** Folder of the run store. */
  readonly store: string
  readonly definitionPath: string
  readonly profile?: string
  /** `path=value`, as given to `--set`. */
  readonly overrides?: readonly string[]
  /** The file that a trial's process starts with. */
  readonly childEntry: string
  /** Trials side by side; as many as there are cores when left out. */
  readonly workers?: number
  /** As given to `--device`. */
  readonly device: string
  /** The engine that the device stands for: part of the execution, and what a child must open. */
  readonly engine: EngineIdentity
  readonly code: CodeIdentity
  readonly execution: string
  /** Handed to every child as it is. */
  readonly extra?: JsonObject
  readonly onEvent?: (event: RunEvent) => void
  /** Seconds between two checkpoints of a trial; 60 when left out. */
  readonly checkpointSeconds?: number
  /** Seconds after which a scheduler that gives no sign of life loses its trials; 60 when left out. */
  readonly leaseSeconds?: number
  /** Seconds of silence after which a trial is ended; 600 when left out. */
  readonly stallSeconds?: number
  /** Milliseconds that a trial which is asked to leave has for its checkpoint; 30,000 when left out. */
  readonly grace?: number
}

/** What happens during a run, as it happens. `worker` counts from 0. */
export type RunEvent =
  | {
      readonly type: "planned"
      readonly trials: number
      /** Trials that have a result and are not played. */
      readonly reused: number
      readonly workers: number
      readonly missing: readonly Trial[]
    }
  | { readonly type: "launched"; readonly trial: Trial; readonly worker: number; readonly go: number }
  /** The trial goes on from the checkpoint of an earlier attempt, after `step` steps. */
  | { readonly type: "resumed"; readonly trial: Trial; readonly worker: number; readonly step: number }
  /** Another process plays the trial, or took it over; it is looked at again later. */
  | { readonly type: "held"; readonly trial: Trial }
  | (Extract<ChildMessage, { type: "progress" }> & { readonly trial: Trial; readonly worker: number })
  | {
      readonly type: "finished"
      readonly trial: Trial
      readonly worker: number
      readonly status: ResultStatus
      readonly evidence?: string
    }
  /** Another process finished the trial. */
  | { readonly type: "elsewhere"; readonly trial: Trial; readonly status: ResultStatus }
  | {
      readonly type: "failed"
      readonly trial: Trial
      readonly worker: number
      readonly failure: Failure
      /** True when the trial is started once more. */
      readonly retrying: boolean
    }
  | { readonly type: "blocked"; readonly trial: Trial; readonly sentence: string }
  | { readonly type: "notice"; readonly sentence: string }

/** How a run ended. Diverged trials are results. */
export interface RunSummary {
  readonly played: number
  /** Trials that other processes finished meanwhile. */
  readonly elsewhere: number
  readonly reused: number
  readonly diverged: number
  /** Trials without a result, each with one sentence. */
  readonly failed: readonly { readonly trial: Trial; readonly sentence: string }[]
}

/**
 * Plays what a plan's store is missing, each trial in a process of its own, `workers` at a time. Judges come first and
 * hold back only the trials that need them. Interruption stops every process; nothing finished is lost, and
 * a later run goes on with it. Trials that failed before are played again. Any number of processes may play one plan on
 * one store: what one of them plays, the others pass over.
 */
export const runPlan = Effect.fn("runPlan")(function* (options: RunOptions) {
  const { plan, store, execution, leaseSeconds = 60, stallSeconds = 600, onEvent = () => {} } = options
  const wanted = options.workers ?? availableParallelism()
  if (!Number.isInteger(wanted) || wanted < 1) {
    return yield* Effect.fail(
      new RangeError(`Expected --workers to be a whole number, 1 or more, but got ${wanted}.`),
    )
  }
  const trials = allTrials(plan)
  const finished = new Set<string>()
  let diverged = 0
  for (const { id } of trials) {
    const found = recoverResult(store, plan.experiment, id, execution)
    if (found !== undefined) {
      finished.add(id)
      if (found.result.status === "diverged") diverged += 1
      continue
    }
    for (const file of readTrial(store, plan.experiment, id).damaged) {
      onEvent({ type: "notice", sentence: `Trial ${id}: ${file} is damaged and counts as missing.` })
    }
  }
  const missing = trials.filter(({ id }) => !finished.has(id))
  const workers = Math.max(1, Math.min(wanted, missing.length))
  onEvent({ type: "planned", trials: trials.length, reused: finished.size, workers, missing })

  const schedule = openSchedule(plan, finished)
  const watch = openLeaseWatch(leaseSeconds)
  const failed: { trial: Trial; sentence: string }[] = []
  let played = 0
  let elsewhere = 0
  let change = Deferred.makeUnsafe<void>()

  const passedOver = new Set<string>()
  const passOver = (trial: Trial) => {
    if (!passedOver.has(trial.id)) onEvent({ type: "held", trial })
    passedOver.add(trial.id)
    schedule.putBack(trial)
  }
  const settle = (trial: Trial, outcome: "finished" | "failed") => {
    for (const { trial: held, by } of schedule.settle(trial.id, outcome)) {
      const sentence = `Not played, because the judge ${by} that it needs has no result.`
      failed.push({ trial: held, sentence })
      onEvent({ type: "blocked", trial: held, sentence })
    }
    const waiting = change
    change = Deferred.makeUnsafe<void>()
    Deferred.doneUnsafe(waiting, Effect.void)
  }
  const finish = (trial: Trial, { result }: PublishedResult, worker?: number) => {
    const { status, evidence } = result
    if (status === "diverged") diverged += 1
    if (worker === undefined) {
      elsewhere += 1
      onEvent({ type: "elsewhere", trial, status })
    } else {
      played += 1
      const why = evidence === undefined ? {} : { evidence }
      onEvent({ type: "finished", trial, worker, status, ...why })
    }
    settle(trial, "finished")
  }

  const work = Effect.fnUntraced(function* (worker: number) {
    for (;;) {
      const next = schedule.next()
      if (next === "done") return
      if (next === "wait") {
        yield* Deferred.await(change)
        continue
      }
      if (next === "held") {
        yield* Effect.raceFirst(Deferred.await(change), Effect.sleep(pollInterval))
        schedule.lookAgain()
        continue
      }
      yield* playTrial(next, worker)
    }
  })

  /** Plays one trial to its end, with as many goes as the way in which they end allows. */
  const playTrial = Effect.fnUntraced(function* (trial: Trial, worker: number) {
    const spent = new Map<FailureClass, number>()
    for (let go = 1; ; go += 1) {
      const claimed = { store, experiment: plan.experiment, trial: trial.id, execution }
      const claim = claimTrial(claimed, watch, leaseSeconds)
      if (claim === "done") {
        return finish(trial, publishedResult(store, plan.experiment, trial.id, execution)!)
      }
      if (claim === "held") return passOver(trial)
      onEvent({ type: "launched", trial, worker, go })
      const end = yield* playClaimed(options, {
        trial,
        ...claim,
        leaseSeconds,
        stallSeconds,
        onMessage(message) {
          if (message.type === "progress") onEvent({ ...message, trial, worker })
          if (message.type === "started" && message.resumed !== undefined) {
            onEvent({ type: "resumed", trial, worker, step: message.resumed.step })
          }
        },
      })
      if (end.type === "finished") return finish(trial, end.found, worker)
      if (end.type === "superseded") return passOver(trial)
      const { failure } = end
      const before = spent.get(failure.class) ?? 0
      spent.set(failure.class, before + 1)
      const retrying = before < goesMore[failure.class]
      onEvent({ type: "failed", trial, worker, failure, retrying })
      if (retrying) continue
      failed.push({ trial, sentence: failure.sentence })
      return settle(trial, "failed")
    }
  })

  yield* Effect.forEach(
    Array.from({ length: workers }, (_, worker) => worker),
    work,
    { concurrency: workers, discard: true },
  )
  const summary: RunSummary = { played, elsewhere, reused: finished.size, diverged, failed }
  return summary
}, Effect.catchDefect(storeTrouble))

/** Milliseconds between two looks at trials that others play. */
const pollInterval = 500

/** A full disk or a folder that may not be written is the user's to mend: a sentence, no stack. */
function storeTrouble(defect: unknown): Effect.Effect<never, StoreUnusable> {
  const code = errorCode(defect)
  if (code === undefined || !(defect instanceof Error) || !("syscall" in defect)) return Effect.die(defect)
  return Effect.fail(
    new StoreUnusable(
      `Expected to read and write the run store, but got ${defect.message}. ` +
        "What is finished is kept; run again when this is mended.",
    ),
  )
}
