import { planTrials } from "@saddlepoint/core/plan"
import { collectFindings } from "@saddlepoint/lab/collect"
import { cacheFolder } from "@saddlepoint/lab/layout"
import { Console, Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { openDefinition } from "../definitionFile.ts"
import { attempt } from "../exit.ts"
import { file, json, profile, set, store } from "../flags.ts"
import { readingOf } from "../reading.ts"

export const report = Command.make(
  "report",
  {
    file,
    profile,
    set,
    store,
    out: Flag.String("out").pipe(
      Flag.withDescription("folder of the report; within the run store when left out"),
      Flag.optional,
    ),
    json,
  },
  Effect.fn(function* (options) {
    const definition = yield* attempt(() => openDefinition(options.file))
    const experiment = yield* attempt(() => definition.decode(readingOf(options)))
    const plan = yield* attempt(() => planTrials(experiment, { cache: cacheFolder(options.store) }))
    const findings = collectFindings(plan, options.store)
    const { publishReport, summaryOf } = yield* attempt(() => import("../outcome.ts"))
    const outcome = yield* attempt(() =>
      publishReport(findings, options.store, Option.getOrUndefined(options.out)),
    )
    yield* Console.log(options.json ? JSON.stringify(outcome.json) : summaryOf(outcome))
  }),
).pipe(Command.withDescription("Write the report of an experiment from its run store alone"))
