import { messageOf } from "@saddlepoint/core/contracts/messageOf"
import type { AnyPlan, Trial } from "@saddlepoint/core/declare/trial"
import type { Executions } from "../contracts/execution.ts"
import type { RunEvent } from "../contracts/runEvent.ts"
import { type Mlflow, openMlflow } from "./client.ts"
import { type Environment, readConnection } from "./connection.ts"
import { MlflowError } from "./mlflowError.ts"
import {
  lossPoints,
  newPoints,
  type ProjectedRun,
  sweepRun,
  trialEnd,
  trialOutcome,
  trialParams,
  trialRun,
} from "./projection.ts"
import { openQueue } from "./queue.ts"
import type { Patience } from "./transport.ts"
import { readTrialFacts } from "./trialFacts.ts"
import { legalKey, type RunStatus } from "./values.ts"

export interface TrackerOptions {
  /** The MLflow server's address, as in `MLFLOW_TRACKING_URI`. */
  readonly uri: string | undefined
  /** Where credentials are read from, see `readConnection`. */
  readonly environment: Environment
  /** Folder of the run store. */
  readonly store: string
  readonly plan: AnyPlan
  readonly executions: Executions
  /** Told at most twice: of the first trouble, and at the end of what was not logged. */
  readonly warn: (sentence: string) => void
  /** Milliseconds that `close` may take; 10,000 when left out. */
  readonly flush?: number
  /** Milliseconds between two looks at a trial that runs; 10,000 when left out. */
  readonly interval?: number
  readonly patience?: Patience
  /** Folder that holds `.mlflow/credentials`; the user's own when left out. */
  readonly home?: string
}

export interface Tracker {
  /** Takes an event of `runPlan`. Returns at once and never throws. */
  onEvent(event: RunEvent): void
  /** Sends what is left, for as long as `flush` allows. Never rejects. */
  close(): Promise<void>
}

/** Where the runs of a plan are. */
interface Sweep {
  readonly experiment: string
  /** Id of the parent run. */
  readonly parent: string
}

/** Trials that are brought up side by side. */
const worksAtATime = 8

/** What is known of a trial that this run plays. */
interface Tracked {
  readonly trial: Trial
  looked: number
  /** It will not be played again by this run. */
  over: boolean
  /** Its run, once it is found or made. */
  run?: { readonly id: string; readonly sent: Map<string, number> }
}

/**
 * Projects a run onto an MLflow server while it happens: an experiment, a parent run for the plan, a run for each trial
 * that is played. Everything is read from the run store, so an event only says where to look; a server that is away, slow
 * or wrong costs a warning and nothing else.
 */
export function openTracker(options: TrackerOptions): Tracker {
  const { store, plan, executions, interval = 10_000, flush = 10_000 } = options
  let warned = false
  let reached = false
  let ending = false
  const warn = (sentence: string) => {
    try {
      options.warn(sentence)
    } catch {
      // Whoever listens must not stop the run.
    }
  }
  const stop = new AbortController()
  const trouble = (error: unknown) => {
    // What `close` gave up is counted at its end.
    if (warned || stop.signal.aborted) return
    warned = true
    const why = messageOf(error)
    warn(`MLflow: ${why} The run goes on without it, and its store keeps everything.`)
    giveUp()
  }
  /** At the end nobody waits for a server that never answered, and was told of. */
  const giveUp = () => {
    if (ending && warned && !reached) stop.abort()
  }

  let mlflow: Mlflow
  try {
    const connection = readConnection(options.uri, options.environment, options.home)
    mlflow = openMlflow(connection, {
      signal: stop.signal,
      ...(options.patience === undefined ? {} : { patience: options.patience }),
    })
  } catch (error) {
    trouble(error)
    return { onEvent() {}, close: async () => {} }
  }

  const tracked = new Map<string, Tracked>()
  let sweep: Promise<Sweep> | undefined
  let closing: Promise<void> | undefined
  let begun = false
  /** Trials that this run has to play and has not brought to an end. */
  const unsettled = new Set<string>()
  let failures = 0

  const openSweep = async (): Promise<Sweep> => {
    const experiment = await mlflow.ensureExperiment(plan.experiment)
    const { identity, start } = sweepRun(plan, Date.now())
    const run = await mlflow.ensureRun(identity, { ...start, experiment })
    if (run.status !== "RUNNING") await mlflow.updateRun(run.id, { status: "RUNNING" })
    reached = true
    return { experiment, parent: run.id }
  }
  /** All trials wait for one search; the next one asks again where it failed. */
  const findSweep = () => {
    sweep ??= openSweep().catch((error) => {
      sweep = undefined
      throw error
    })
    return sweep
  }

  const findRun = async (experiment: string, { identity, start }: ProjectedRun, trial: Trial) => {
    const run = await mlflow.ensureRun(identity, { ...start, experiment })
    if (run.status !== "RUNNING") await mlflow.updateRun(run.id, { status: "RUNNING" })
    // One that was there before may lie under another plan.
    await mlflow.log(run.id, { params: trialParams(trial), tags: start.tags })
    return { id: run.id, sent: new Map(run.lastSteps) }
  }

  /** Brings a trial's run up to what the store knows now. */
  const bringUp = async (one: Tracked) => {
    const { trial, over } = one
    const { experiment, parent } = await findSweep()
    if (stop.signal.aborted) throw new Error("The server was too slow.")
    const facts = readTrialFacts(store, plan.experiment, trial, executions)
    // It was launched, and its process has written nothing yet, or never did.
    if (facts === undefined) return
    one.run ??= await findRun(experiment, trialRun(plan, trial, facts, parent), trial)
    const { id, sent } = one.run
    const points = newPoints(
      lossPoints(facts.steps, facts.manifest.trainingSteps ?? trial.steps, facts.base, over),
      sent,
    )
    if (points.length > 0) await mlflow.log(id, { metrics: points })
    for (const { key, step } of points) sent.set(legalKey(key), step)
    if (!over) return
    await mlflow.log(id, trialOutcome(facts))
    await mlflow.updateRun(id, trialEnd(facts))
  }

  const queue = openQueue<string>(
    worksAtATime,
    async (id) => {
      const one = tracked.get(id)
      if (one === undefined) await findSweep()
      else await bringUp(one)
    },
    (error) => {
      trouble(error)
      return error instanceof MlflowError && error.passing
    },
  )

  const settle = (trial: Trial, failed: boolean) => {
    unsettled.delete(trial.id)
    if (failed) failures += 1
  }

  const look = (trial: Trial, over: boolean) => {
    let one = tracked.get(trial.id)
    if (one === undefined) {
      one = { trial, looked: Number.NEGATIVE_INFINITY, over: false }
      tracked.set(trial.id, one)
    }
    const now = performance.now()
    if (!over && now - one.looked < interval) return
    one.looked = now
    one.over = over
    queue.want(trial.id)
  }

  const endSweep = async () => {
    const { parent } = await findSweep()
    const status: RunStatus = unsettled.size > 0 ? "KILLED" : failures > 0 ? "FAILED" : "FINISHED"
    await mlflow.updateRun(parent, { status, endTime: Date.now() })
  }

  const closeNow = async () => {
    if (!begun) return
    for (const { trial, over } of tracked.values()) if (!over) look(trial, true)
    giveUp()
    const alarm = setTimeout(() => stop.abort(), flush)
    await queue.drain()
    const ended = await endSweep().then(
      () => true,
      (error) => {
        trouble(error)
        return false
      },
    )
    clearTimeout(alarm)
    const slow = stop.signal.aborted
    stop.abort()
    const lost = [...queue.failed()].filter((id) => tracked.has(id)).length
    const what = [
      ...(lost === 0 ? [] : [`${lost} of ${tracked.size} trials`]),
      ...(ended ? [] : ["the end of the sweep"]),
    ]
    if (what.length === 0 || (warned && !reached)) return
    warn(
      `MLflow: not logged${slow ? ` within ${flush / 1000} s` : ""}: ${what.join(" and ")}; the run store still has everything.`,
    )
  }

  const take = (event: RunEvent) => {
    switch (event.type) {
      case "planned":
        begun = event.missing.length > 0
        for (const { id } of event.missing) unsettled.add(id)
        if (begun) queue.want("sweep")
        return
      case "progress":
        return look(event.trial, false)
      case "finished":
      case "elsewhere":
        look(event.trial, true)
        return settle(event.trial, false)
      case "failed":
        look(event.trial, !event.retrying)
        if (!event.retrying && event.failure.class !== "preempted") settle(event.trial, true)
        return
      case "blocked":
        return settle(event.trial, true)
    }
  }

  return {
    onEvent(event) {
      if (closing !== undefined) return
      try {
        take(event)
      } catch (error) {
        trouble(error)
      }
    },
    close() {
      ending = true
      closing ??= closeNow().catch(trouble)
      return closing
    },
  }
}
