import { collectFindings } from "@saddlepoint/lab/collect"
import { cacheFolder } from "@saddlepoint/lab/layout"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { conclude } from "../conclude.ts"
import { file, json, profile, set, store } from "../flags.ts"
import { planned } from "../planned.ts"

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
    const plan = yield* planned(options, { cache: cacheFolder(options.store) })
    const findings = collectFindings(plan, options.store)
    yield* conclude(findings, options, Option.getOrUndefined(options.out))
  }),
).pipe(Command.withDescription("Write the report of an experiment from its run store alone"))
