import { availableParallelism } from "node:os"
import type { Plan } from "@saddlepoint/core/trial"
import { openEngine } from "@saddlepoint/engine/open"
import { collectFindings } from "@saddlepoint/lab/collect"
import { openEventLines } from "@saddlepoint/lab/eventLines"
import { executionIdentity, identifyCode, keepPatch } from "@saddlepoint/lab/execution"
import { openProgress } from "@saddlepoint/lab/progress"
import { runPlan } from "@saddlepoint/lab/runPlan"
import { openStore } from "@saddlepoint/lab/storeSchema"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { childEntry, childSource } from "./childEntry.ts"
import { conclude } from "./conclude.ts"
import { hiddenSources } from "./definitionFile.ts"
import { attempt, exitCodes } from "./exit.ts"
import { device } from "./flags.ts"
import type { Asked } from "./planned.ts"
import { readingOf } from "./reading.ts"

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
  readonly stallSeconds: number
  readonly json: boolean
}

/**
 * Plays what is missing of `plan`, shows it, and ends with the report of the whole experiment.
 * @param whole the experiment's plan, where `plan` is a part of it
 */
export const playPlan = Effect.fnUntraced(function* (options: Playing, plan: Plan, whole: Plan = plan) {
  const reading = readingOf(options)
  const engine = yield* attempt(async () => {
    const opened = await openEngine({ device: options.device, threads: 1 })
    const { identity } = opened
    opened.dispose()
    return identity
  })
  const code = yield* attempt(() =>
    identifyCode({
      definitionPath: options.file,
      childEntry: childSource,
      also: hiddenSources(options.file),
    }),
  )
  const execution = executionIdentity(code, engine)
  yield* attempt(() => {
    openStore(options.store)
    return keepPatch(options.store, plan.experiment, code, childSource)
  })
  // Clusters send SIGUSR1 some time before a job's end; all that is to be done then is what SIGTERM asks for.
  process.once("SIGUSR1", () => process.kill(process.pid, "SIGTERM"))
  const shown = options.json ? openEventLines() : openProgress()
  const summary = yield* runPlan({
    plan,
    store: options.store,
    definitionPath: options.file,
    ...(reading.profile === undefined ? {} : { profile: reading.profile }),
    overrides: reading.overrides ?? [],
    childEntry,
    workers: Option.getOrElse(options.workers, availableParallelism),
    device: options.device,
    engine,
    code,
    execution,
    checkpointSeconds: options.checkpointSeconds,
    stallSeconds: options.stallSeconds,
    onEvent: (event) => shown.show(event),
  }).pipe(Effect.ensuring(Effect.sync(() => shown.close())))
  const findings = collectFindings(whole, options.store, execution)
  yield* conclude(findings, options)
  if (summary.failed.length > 0) process.exitCode = exitCodes.failed
  return summary
})
