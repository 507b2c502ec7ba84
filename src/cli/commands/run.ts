import { availableParallelism } from "node:os"
import { fileURLToPath } from "node:url"
import { openEngine } from "@saddlepoint/engine/open"
import { collectFindings } from "@saddlepoint/lab/collect"
import { executionIdentity, identifyCode } from "@saddlepoint/lab/execution"
import { cacheFolder } from "@saddlepoint/lab/layout"
import { openProgress } from "@saddlepoint/lab/progress"
import { type RunEvent, runPlan } from "@saddlepoint/lab/runPlan"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { conclude } from "../conclude.ts"
import { hiddenSources } from "../definitionFile.ts"
import { attempt, exitCodes } from "../exit.ts"
import { device, file, json, profile, set, store } from "../flags.ts"
import { planned } from "../planned.ts"
import { readingOf } from "../reading.ts"

const childEntry = fileURLToPath(new URL("../child.mjs", import.meta.url))

export const run = Command.make(
  "run",
  {
    file,
    profile,
    set,
    store,
    device,
    workers: Flag.Int("workers").pipe(
      Flag.withDescription("trials side by side, one thread each; as many as there are cores when left out"),
      Flag.optional,
    ),
    json,
  },
  Effect.fn(function* (options) {
    const reading = readingOf(options)
    const plan = yield* planned(options, { cache: cacheFolder(options.store) })
    const engine = yield* attempt(async () => {
      const opened = await openEngine({ device: options.device, threads: 1 })
      const { identity } = opened
      opened.dispose()
      return identity
    })
    const code = yield* attempt(() =>
      identifyCode({
        definitionPath: options.file,
        childEntry: childEntry.replace(/mjs$/, "ts"),
        also: hiddenSources(options.file),
      }),
    )
    const execution = executionIdentity(code, engine)
    const progress = openProgress()
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
      onEvent: (event: RunEvent) => progress.show(event),
    }).pipe(Effect.ensuring(Effect.sync(() => progress.close())))
    const findings = collectFindings(plan, options.store, execution)
    yield* conclude(findings, options)
    if (summary.failed.length > 0) process.exitCode = exitCodes.failed
  }),
).pipe(
  Command.withDescription("Play what is missing of an experiment, judge it and write the report"),
  Command.withExamples([
    {
      command: "saddlepoint run experiments/patchgan-receptive-field.ts --profile quick",
      description: "The main job in minutes",
    },
  ]),
)
