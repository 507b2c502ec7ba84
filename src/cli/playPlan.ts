import { availableParallelism } from "node:os"
import type { AnyPlan, Plan } from "@saddlepoint/core/declare/trial"
import type { Executions } from "@saddlepoint/lab/contracts/execution"
import { openEventLines } from "@saddlepoint/lab/progress/eventLines"
import { openProgress } from "@saddlepoint/lab/progress/progress"
import { chooseDevice } from "@saddlepoint/lab/schedule/chooseDevice"
import { layOut } from "@saddlepoint/lab/schedule/places"
import { type RunSummary, runPlan } from "@saddlepoint/lab/schedule/runPlan"
import { keepPatch } from "@saddlepoint/lab/store/execution/keepPatch"
import { draftOf, keepPlan, type UsedExecutions } from "@saddlepoint/lab/store/frozen/keptPlan"
import { register } from "@saddlepoint/lab/store/frozen/registration"
import { collectFindings } from "@saddlepoint/lab/store/reading/collect"
import { allTrials } from "@saddlepoint/lab/store/trials/allTrials"
import { openStore } from "@saddlepoint/lab/store/upkeep/storeSchema"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { builtChild } from "./builtChild.ts"
import { childEntry, childSource } from "./childEntry.ts"
import { conclude } from "./conclude.ts"
import { attempt, exitCodes, WrongCall } from "./exit.ts"
import { device } from "./flags.ts"
import type { Asked } from "./planned.ts"
import { presentCode, presentEngine } from "./present.ts"
import { readingOf } from "./reading.ts"
import { unlessReadOnly } from "./readOnly.ts"
import { askedFor, type StoredPlan } from "./storedPlan.ts"

/** Flags of every command that plays trials. */
export const playFlags = {
  device,
  workers: Flag.Int("workers").pipe(
    Flag.withDescription("trials side by side, one thread each; as many as there are cores when left out"),
    Flag.optional,
  ),
  checkpointSeconds: Flag.Finite("checkpoint-seconds").pipe(
    Flag.withDescription("time between two checkpoints of a trial; 0 writes one after every step"),
    Flag.withDefault(60),
  ),
  samplesEvery: Flag.Int("samples-every").pipe(
    Flag.withDescription(
      "steps between two stills of what a generator makes of the same latents, for the page; at most 200 stills of a trial; none when left out",
    ),
    Flag.optional,
  ),
  budget: Flag.Finite("budget").pipe(
    Flag.withDescription("hours; a seed is begun only if all of its trials would be done by then"),
    Flag.optional,
  ),
  pack: Flag.Boolean("pack").pipe(
    Flag.withDescription("let trials share a GPU where their measured memory leaves room"),
    Flag.withDefault(false),
  ),
  track: Flag.Literals("track", ["mlflow"]).pipe(
    Flag.withDescription("log to the server of MLFLOW_TRACKING_URI as well"),
    Flag.optional,
  ),
  unconfined: Flag.Boolean("unconfined").pipe(
    Flag.withDescription("let trials' code reach any file and the network; the report tells"),
    Flag.withDefault(false),
  ),
  stallSeconds: Flag.Finite("stall").pipe(
    Flag.withDescription("seconds of silence after which a trial is taken for dead and started again"),
    Flag.withDefault(600),
  ),
}

/** What `playFlags` and those that name the experiment gave. */
export interface Playing extends Asked {
  readonly store: string
  readonly device: string
  readonly workers: Option.Option<number>
  readonly checkpointSeconds: number
  readonly samplesEvery: Option.Option<number>
  readonly stallSeconds: number
  readonly unconfined: boolean
  readonly budget: Option.Option<number>
  readonly pack: boolean
  readonly track: Option.Option<"mlflow">
  readonly json: boolean
  /** What planning warned of. */
  readonly warnings?: readonly string[]
  /** Judge what is trained, and train nothing. */
  readonly onlyJudge?: boolean
}

/** Plays plans of one definition with one engine. */
export interface OpenPlaying {
  readonly executions: Executions
  play(plan: AnyPlan): Effect.Effect<RunSummary, Error>
}

/**
 * Plays what is missing of `plan`, shows it, and ends with the report of the whole experiment.
 * @param whole the experiment's plan, where `plan` is a part of it
 */
export const playPlan = Effect.fnUntraced(function* (options: Playing, plan: Plan, whole: Plan = plan) {
  const { executions, play } = yield* openPlaying(options)
  const asked = askedFor(options)
  let kept: StoredPlan | undefined
  yield* attempt(() =>
    unlessReadOnly(() => {
      register(whole, options.store, "run")
      kept = keepPlan(whole, options.store, asked, { used: usedBy(whole, executions) })
    }),
  )
  const summary = yield* play(plan)
  // As the store keeps it, so that a report of the store gives the same page; of a store that may only be read, as it would be kept.
  const stored = kept ?? draftOf(whole, asked)
  const findings = collectFindings(stored.plan, options.store, { executions, asked: stored.asked })
  yield* conclude(findings, options, { played: summary })
  if (summary.failed.length > 0) process.exitCode = exitCodes.failed
  return summary
})

/** What the results and evaluations of a plan rest on now. */
function usedBy(plan: Plan, executions: Executions): UsedExecutions {
  const all = allTrials(plan)
  const metrics = all.flatMap((trial) =>
    (trial.evaluations ?? []).map((one) => [one.metric, executions.judging(trial, one).metricCode] as const),
  )
  return {
    arms: Object.fromEntries(all.map((trial) => [trial.arm, executions.of(trial).id])),
    metrics: Object.fromEntries(metrics),
  }
}

/** Opens all that playing needs: the engine is looked at, the code digested, the store opened. */
export const openPlaying = Effect.fnUntraced(function* (options: Playing) {
  const reading = readingOf(options)
  yield* attempt(() => checkNumbers(options))
  const workers = Option.getOrElse(options.workers, availableParallelism)
  const chosen = yield* attempt(() => chooseDevice(options.device))
  const engine = yield* attempt(() => presentEngine(chosen.word, 1))
  const { places, notices } = yield* attempt(async () =>
    layOut({
      engine,
      workers,
      list: engine.device === "gpu" ? await chosen.list() : { gpus: [] },
      packing: options.pack,
      ...(chosen.gpu === undefined ? {} : { gpu: chosen.gpu }),
    }),
  )
  const code = yield* attempt(() => presentCode(options.file))
  const executions = code.executions(engine)
  yield* attempt(() => unlessReadOnly(() => openStore(options.store)))
  // Clusters send SIGUSR1 some time before a job's end; all that is to be done then is what SIGTERM asks for.
  // A terminal that closes sends SIGHUP, and Ctrl-Break on Windows SIGBREAK.
  for (const signal of ["SIGUSR1", "SIGHUP", "SIGBREAK"] as const) {
    process.once(signal, () => process.emit("SIGTERM", "SIGTERM"))
  }
  const play = Effect.fnUntraced(function* (plan: AnyPlan) {
    yield* attempt(() =>
      unlessReadOnly(() => keepPatch(options.store, plan.experiment, code.whole, childSource)),
    )
    const shown = options.json ? openEventLines() : openProgress()
    const notice = (sentence: string) => shown.show({ type: "notice", sentence })
    for (const sentence of [...(options.warnings ?? []), ...notices]) notice(sentence)
    const leaving = () =>
      notice("Asked to stop: trials that are playing write a checkpoint and leave. Run again to go on.")
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, leaving)
    const tracker = Option.isSome(options.track)
      ? yield* attempt(async () => {
          const { openTracker } = await import("@saddlepoint/lab/mlflow/tracker")
          const { MLFLOW_TRACKING_URI: uri } = process.env
          return openTracker({
            uri,
            environment: process.env,
            store: options.store,
            plan,
            executions,
            warn: notice,
          })
        })
      : undefined
    const parts = allTrials(plan).flatMap((trial) => [trial, ...(trial.evaluations ?? [])])
    const homes = parts.flatMap((part) => code.pluginsOf(part).map((source) => source.file))
    const built = builtChild([...new Set(homes)])
    return yield* runPlan({
      plan,
      store: options.store,
      definitionPath: options.file,
      ...(reading.profile === undefined ? {} : { profile: reading.profile }),
      overrides: reading.overrides ?? [],
      childEntry,
      builtEntry: built.entry,
      workers,
      places,
      pack: options.pack,
      ...(Option.isSome(options.budget) ? { budget: options.budget.value } : {}),
      device: chosen.word,
      engine,
      executions,
      pluginsOf: code.pluginsOf,
      changedCode: code.changed,
      ...(options.onlyJudge === true ? { onlyJudge: true } : {}),
      checkpointSeconds: options.checkpointSeconds,
      ...(Option.isSome(options.samplesEvery) ? { samplesEvery: options.samplesEvery.value } : {}),
      stallSeconds: options.stallSeconds,
      unconfined: options.unconfined,
      onEvent(event) {
        shown.show(event)
        tracker?.onEvent(event)
      },
    }).pipe(
      Effect.ensuring(Effect.promise(async () => tracker?.close())),
      Effect.ensuring(
        Effect.sync(() => {
          shown.close()
          built.remove()
        }),
      ),
    )
  })
  return { executions, play } as OpenPlaying
})

function checkNumbers({ checkpointSeconds, samplesEvery, stallSeconds, budget }: Playing): void {
  const refuse = (flag: string, wanted: string, got: number) => {
    throw new WrongCall(`Expected ${wanted} for --${flag} but got ${got}.`)
  }
  if (!(checkpointSeconds >= 0)) refuse("checkpoint-seconds", "seconds, 0 or more,", checkpointSeconds)
  if (Option.isSome(samplesEvery) && samplesEvery.value < 1)
    refuse("samples-every", "steps, 1 or more,", samplesEvery.value)
  if (!(stallSeconds > 0)) refuse("stall", "seconds above 0", stallSeconds)
  if (Option.isSome(budget) && !(budget.value > 0)) refuse("budget", "hours above 0", budget.value)
}
