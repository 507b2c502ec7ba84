import { availableParallelism } from "node:os"
import type { Trial } from "@saddlepoint/core/declare/trial"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type { FailureClass } from "../contracts/failure.ts"
import type { RunEvent } from "../contracts/runEvent.ts"
import { follow, standstill } from "../progress/pace.ts"
import { errorCode } from "../store/files/durable.ts"
import { openLeaseWatch } from "../store/leases/lease.ts"
import { formerResults, formerResultsInWords } from "../store/reading/formerResults.ts"
import { allTrials } from "../store/trials/allTrials.ts"
import { isFinished, standingOf } from "../store/trials/standing.ts"
import { type PublishedResult, readTrial } from "../store/trials/trialRecord.ts"
import { openBudgetGate } from "./budgetGate.ts"
import { calm, type Judgement, judgeGo } from "./flapping.ts"
import { openFootprints } from "./footprint.ts"
import { asPlayed, type Ended, type GoWorld, playGo } from "./playGo.ts"
import { goesMore } from "./retryPolicy.ts"
import type { RunOptions } from "./runOptions.ts"
import { openSchedule } from "./schedule.ts"
import { scoresOf } from "./scoresOf.ts"
import { openSlots } from "./slots.ts"
import { withSlot } from "./withSlot.ts"

/** The run store's folder cannot be read or written. */
export class StoreUnusable extends Error {
  override readonly name = "StoreUnusable"
}

/** How a run ended. Diverged trials are results. */
export interface RunSummary {
  readonly played: number
  /** Of the arms' trials: how many were trained, and how many metrics judged, those that were trained before too. */
  readonly trained: number
  readonly evaluated: number
  /** Trials that other processes finished meanwhile. */
  readonly elsewhere: number
  readonly reused: number
  readonly diverged: number
  /** Trials without a result, each with one sentence. */
  readonly failed: readonly { readonly trial: Trial; readonly sentence: string }[]
  /** Why trials were left for a later run, in a sentence. */
  readonly stopped?: string
}

/** Milliseconds between two looks at trials that others play. */
const pollInterval = 500

/**
 * Plays what a plan's store is missing, each trial in a process of its own, as many at a time as there are slots. Judges
 * come first and hold back only the trials that need them. Interruption lets every trial write a checkpoint and leave;
 * nothing finished is lost, and a later run goes on with it. Trials that failed before are played again. Any
 * number of processes may play one plan on one store: what one of them plays, the others pass over.
 */
export const runPlan = Effect.fn("runPlan")(function* (options: RunOptions) {
  const { plan, store, executions, leaseSeconds = 60, stallSeconds = 600, budget } = options
  const wanted = options.workers ?? availableParallelism()
  if (!Number.isInteger(wanted) || wanted < 1) {
    return yield* Effect.fail(
      new RangeError(`Expected --workers to be a whole number, 1 or more, but got ${wanted}.`),
    )
  }
  const seconds = () => performance.now() / 1000
  const begun = seconds()
  let pace = standstill
  const tell = (event: RunEvent) => {
    pace = follow(pace, event, seconds())
    options.onEvent?.(event)
  }
  const notice = (sentence: string) => tell({ type: "notice", sentence })

  const trials = allTrials(plan)
  const done = new Set<string>()
  let diverged = 0
  const untrained: Trial[] = []
  const unjudged = new Set<string>()
  for (const trial of trials) {
    const { id } = trial
    const standing = standingOf(store, plan.experiment, trial, executions)
    if (standing.result !== undefined && isFinished(standing)) {
      done.add(id)
      if (standing.result.result.status === "diverged") diverged += 1
      continue
    }
    if (standing.result !== undefined) unjudged.add(id)
    const isUntrained = standing.result === undefined && trial.kind === "arm"
    if (isUntrained && options.onlyJudge === true) untrained.push(trial)
    for (const file of readTrial(store, plan.experiment, id).damaged) {
      notice(`Trial ${id}: ${file} is cut off, or was changed after it was written, and counts as missing.`)
    }
  }
  if (untrained.length > 0) {
    const [n, have] = [untrained.length, untrained.length === 1 ? "trial has" : "trials have"]
    notice(
      `${n} ${have} no result by the present code and engine to be judged; \`run\` trains what is missing.`,
    )
  }
  for (const sentence of formerResultsInWords(formerResults(plan, store))) notice(sentence)
  const reused = done.size
  const missing = trials
    .filter((trial) => !done.has(trial.id) && !untrained.includes(trial))
    .map((trial) => asPlayed(trial, !unjudged.has(trial.id)))
  const footprints = openFootprints(store)
  const slots = openSlots({
    places: options.places ?? [{ environment: {}, most: wanted }],
    workers: wanted,
    ...(options.pack === true ? { footprint: (trial, gpu) => footprints.of(trial, gpu.model) } : {}),
  })
  const workers = Math.max(1, Math.min(slots.size, missing.length))
  tell({ type: "planned", trials: trials.length, reused, workers, missing })

  const builtEntry =
    missing.length === 0 ? undefined : yield* Effect.promise(async () => options.builtEntry?.())
  const { builtEntry: _, ...given } = options
  const schedule = openSchedule(plan, done)
  schedule.drop((trial) => untrained.includes(trial))
  const world: GoWorld = {
    options: { ...given, ...(builtEntry === undefined ? {} : { builtEntry }) },
    watch: openLeaseWatch(leaseSeconds),
    leaseSeconds,
    stallSeconds,
    keepFootprint: footprints.keep,
    tell,
  }
  const arms = new Set(trials.map(({ arm }) => arm)).size
  const failed: { trial: Trial; sentence: string }[] = []
  const passedOver = new Set<string>()
  const gate = budget === undefined ? undefined : openBudgetGate(budget, plan, done, workers, seconds)
  let played = 0
  let trained = 0
  let evaluated = 0
  let elsewhere = 0
  let flapping = calm
  let stopped: string | undefined
  let change = Deferred.makeUnsafe<void>()

  const somethingChanged = () => {
    const waiting = change
    change = Deferred.makeUnsafe<void>()
    Deferred.doneUnsafe(waiting, Effect.void)
  }
  const block = (trial: Trial, sentence: string) => {
    failed.push({ trial, sentence })
    tell({ type: "blocked", trial, sentence })
  }
  const settle = (trial: Trial, outcome: "finished" | "failed") => {
    for (const { trial: held, by } of schedule.settle(trial.id, outcome)) {
      const judge = trials.find(({ id }) => id === by)!.arm
      block(held, `Not played, because ${judge} that it needs has no result.`)
    }
    somethingChanged()
  }
  const finish = (trial: Trial, { result }: PublishedResult, worker?: number, trains = true) => {
    const { status, evidence } = result
    done.add(trial.id)
    if (status === "diverged") diverged += 1
    if (worker === undefined) {
      elsewhere += 1
      tell({ type: "elsewhere", trial, status })
    } else {
      played += 1
      if (trial.kind === "arm") {
        trained += Number(trains)
        evaluated += Number(status === "completed" && trial.evaluations !== undefined)
      }
      const why = evidence === undefined ? {} : { evidence }
      const scores = scoresOf(options, trial, result)
      tell({ type: "finished", trial: asPlayed(trial, trains), worker, status, ...why, ...scores })
      const note = { arm: trial.arm, outcome: "finished", last: true, at: seconds() - begun } as const
      restrain(judgeGo(flapping, note, arms))
    }
    settle(trial, "finished")
  }
  const passOver = (trial: Trial) => {
    if (!passedOver.has(trial.id)) tell({ type: "held", trial })
    passedOver.add(trial.id)
    schedule.putBack(trial)
  }
  /** Stops the run, or an arm of it, where nothing works. */
  const restrain = ({ state, pause, stop: why }: Judgement) => {
    flapping = state
    if (pause !== undefined) {
      for (const trial of schedule.drop(({ arm }) => arm === pause.arm)) block(trial, pause.sentence)
    }
    if (why !== undefined) stop(why)
    somethingChanged()
  }
  /** Leaves everything that was not begun, once. */
  const stop = (sentence: string) => {
    if (stopped !== undefined) return
    stopped = sentence
    for (const trial of schedule.drop(() => true)) block(trial, sentence)
    somethingChanged()
  }
  const work = Effect.fnUntraced(function* () {
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
      const answer = gate?.mayStart(next, pace, done) ?? "start"
      if (answer === "stop") {
        schedule.drop(() => true)
        somethingChanged()
        return
      }
      if (answer === "wait") {
        schedule.putBack(next)
        yield* Effect.raceFirst(Deferred.await(change), Effect.sleep(pollInterval))
        schedule.lookAgain()
        continue
      }
      const changed = builtEntry === undefined ? options.changedCode?.(next) : undefined
      if (changed !== undefined) {
        schedule.putBack(next)
        stop(
          `Expected the code as it was when this run began, but ${changed} has changed since; run again, which takes it as it is now.`,
        )
        return
      }
      yield* playTrial(next)
    }
  })

  /** Plays one trial to its end, with as many goes as the way in which they end allows. */
  const playTrial = Effect.fnUntraced(function* (trial: Trial) {
    const spent = new Map<FailureClass, number>()
    let alone = false
    for (let go = 1; ; go += 1) {
      const oneGo: Effect.Effect<Ended> = withSlot(slots, { trial, alone }, (slot) =>
        playGo(world, trial, go, slot),
      )
      const end = yield* oneGo
      if (end.type === "superseded") return passOver(trial)
      if (end.type === "elsewhere") return finish(trial, end.found)
      if (end.type === "finished") return finish(trial, end.found, end.worker, end.trains)
      const { failure, worker } = end
      const { class: outcome, sentence } = failure
      const before = spent.get(outcome) ?? 0
      spent.set(outcome, before + 1)
      const more = before < goesMore[outcome]
      const note = { arm: trial.arm, outcome, sentence, last: !more, at: seconds() - begun }
      const judged = judgeGo(flapping, note, arms)
      const retrying = more && stopped === undefined && judged.stop === undefined
      tell({ type: "failed", trial, worker, failure, retrying })
      if (!retrying) failed.push({ trial, sentence })
      restrain(judged)
      if (retrying) {
        alone = outcome === "out-of-memory"
        continue
      }
      return settle(trial, "failed")
    }
  })

  yield* Effect.forEach(Array.from({ length: workers }), work, { concurrency: workers, discard: true })
  const outOfBudget = gate?.stopped(done)
  if (outOfBudget !== undefined) {
    stopped = outOfBudget
    notice(outOfBudget)
  }
  const summary: RunSummary = {
    played,
    trained,
    evaluated,
    elsewhere,
    reused,
    diverged,
    failed,
    ...(stopped === undefined ? {} : { stopped }),
  }
  return summary
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
