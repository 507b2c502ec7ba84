import { availableParallelism } from "node:os"
import { resolve } from "node:path"
import type { JsonObject } from "@saddlepoint/core/json"
import type { Plan, Trial } from "@saddlepoint/core/trial"
import type { EngineIdentity } from "@saddlepoint/engine/engine"
import { Deferred, Effect } from "effect"
import { attemptNumbers, openAttempt } from "./attempt.ts"
import type { ChildMessage } from "./childChannel.ts"
import { errorCode } from "./durable.ts"
import type { CodeIdentity } from "./execution.ts"
import { classifyEnd, type Failure, mayRetry, type ProcessEnd, writeFailure } from "./failure.ts"
import { launch } from "./launcher.ts"
import { attemptFolder, trialFolder } from "./layout.ts"
import type { ResultStatus } from "./result.ts"
import { allTrials, readTrial, recoverResult } from "./runStore.ts"
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
  /** Milliseconds that a stopped trial has to leave; 3000 when left out. */
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
  | (Extract<ChildMessage, { type: "progress" }> & { readonly trial: Trial; readonly worker: number })
  | {
      readonly type: "finished"
      readonly trial: Trial
      readonly worker: number
      readonly status: ResultStatus
      readonly evidence?: string
    }
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
  readonly reused: number
  readonly diverged: number
  /** Trials without a result, each with one sentence. */
  readonly failed: readonly { readonly trial: Trial; readonly sentence: string }[]
}

/**
 * Plays what a plan's store is missing, each trial in a process of its own, `workers` at a time. Judges come first and
 * hold back only the trials that need them. Interruption stops every process; nothing finished is lost, and
 * a later run plays what is then missing. Trials that failed before are played again.
 */
export const runPlan = Effect.fn("runPlan")(function* (options: RunOptions) {
  const { plan, store, execution, onEvent = () => {} } = options
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
  const failed: { trial: Trial; sentence: string }[] = []
  let played = 0
  let change = Deferred.makeUnsafe<void>()

  const settle = (trial: Trial, end: TrialEnd) => {
    if ("status" in end) {
      played += 1
      if (end.status === "diverged") diverged += 1
    } else failed.push({ trial, sentence: end.sentence })
    for (const { trial: held, by } of schedule.settle(trial.id, "status" in end ? "finished" : "failed")) {
      const sentence = `Not played, because the judge ${by} that it needs has no result.`
      failed.push({ trial: held, sentence })
      onEvent({ type: "blocked", trial: held, sentence })
    }
    const waiting = change
    change = Deferred.makeUnsafe<void>()
    Deferred.doneUnsafe(waiting, Effect.void)
  }

  const work = Effect.fnUntraced(function* (worker: number) {
    for (;;) {
      const next = schedule.next()
      if (next === "done") return
      if (next === "wait") {
        yield* Deferred.await(change)
        continue
      }
      settle(next, yield* playTrial(options, next, worker))
    }
  })
  yield* Effect.forEach(
    Array.from({ length: workers }, (_, worker) => worker),
    work,
    {
      concurrency: workers,
      discard: true,
    },
  )
  return { played, reused: finished.size, diverged, failed } satisfies RunSummary as RunSummary
}, Effect.catchDefect(storeTrouble))

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

type TrialEnd = { readonly status: ResultStatus } | { readonly sentence: string }

/** Plays one trial to its end, with a second go after a crash. */
const playTrial = Effect.fnUntraced(function* (options: RunOptions, trial: Trial, worker: number) {
  const { plan, store, execution, onEvent = () => {} } = options
  for (let go = 1; ; go += 1) {
    onEvent({ type: "launched", trial, worker, go })
    const known = new Set(attemptNumbers(trialFolder(store, plan.experiment, trial.id)))
    let attempt: number | undefined
    const end = yield* launch({
      childEntry: options.childEntry,
      request: {
        definition: resolve(options.definitionPath),
        ...(options.profile === undefined ? {} : { profile: options.profile }),
        overrides: options.overrides ?? [],
        trial,
        store: resolve(store),
        experiment: plan.experiment,
        planHash: plan.hash,
        device: options.device,
        threads: options.engine.threads,
        execution,
        engine: options.engine,
        code: options.code,
        ...(options.extra === undefined ? {} : { extra: options.extra }),
      },
      onMessage(message) {
        if (message.type === "started") attempt = message.attempt
        if (message.type === "progress") onEvent({ ...message, trial, worker })
      },
      ...(options.grace === undefined ? {} : { grace: options.grace }),
    })
    // The store decides, not the exit code: a process may publish and then fail to leave cleanly.
    const found = recoverResult(store, plan.experiment, trial.id, execution)
    if (found !== undefined) {
      const { status, evidence } = found.result
      onEvent({
        type: "finished",
        trial,
        worker,
        status,
        ...(evidence === undefined ? {} : { evidence }),
      })
      return { status } as TrialEnd
    }
    const failure = keepFailure(options, trial, end, attempt ?? onlyNew(options, trial, known))
    const retrying = go === 1 && mayRetry(failure.class)
    onEvent({ type: "failed", trial, worker, failure, retrying })
    if (!retrying) return { sentence: failure.sentence } as TrialEnd
  }
})

/** The attempt that appeared since `known`, when it is exactly one: a child may die before its message is read. */
function onlyNew({ plan, store }: RunOptions, trial: Trial, known: ReadonlySet<number>): number | undefined {
  const fresh = attemptNumbers(trialFolder(store, plan.experiment, trial.id)).filter((n) => !known.has(n))
  return fresh.length === 1 ? fresh[0] : undefined
}

/** Writes down how a process ended; one that ended before it began an attempt gets an attempt for its evidence. */
function keepFailure(
  { plan, store, execution, engine, code, profile }: RunOptions,
  trial: Trial,
  end: ProcessEnd,
  attempt: number | undefined,
): Failure {
  const number =
    attempt ??
    openAttempt(store, plan.experiment, trial, execution, {
      plan: { hash: plan.hash, ...(profile === undefined ? {} : { profile }) },
      engine,
      code,
      outputs: [],
    }).number
  const failure: Failure = {
    schema: 1,
    trial: trial.id,
    attempt: number,
    execution,
    ...classifyEnd(end),
    exitCode: end.exitCode,
    signal: end.signal,
    lastLines: end.lastLines,
  }
  writeFailure(attemptFolder(store, plan.experiment, trial.id, number), failure)
  return failure
}
