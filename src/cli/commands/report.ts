import { cacheFolder } from "@saddlepoint/lab/store/files/layout"
import { collectFindings } from "@saddlepoint/lab/store/reading/collect"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { closenessOf } from "../closeness.ts"
import { conclude } from "../conclude.ts"
import { exitCodes } from "../exit.ts"
import { check, file, json, profile, set, store } from "../flags.ts"
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
    check,
    json,
  },
  Effect.fn(function* (options) {
    const plan = yield* planned(options, { cache: cacheFolder(options.store) })
    const findings = collectFindings(plan, options.store, undefined, closenessOf(options))
    const written = yield* conclude(findings, options, Option.getOrUndefined(options.out))
    if (!written) process.exitCode = exitCodes.failed
  }),
).pipe(Command.withDescription("Write the report of an experiment again from what its run store has"))
