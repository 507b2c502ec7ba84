import { collectFindings } from "@saddlepoint/lab/store/reading/collect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { closenessOf, failWhereAltered } from "../closeness.ts"
import { conclude } from "../conclude.ts"
import { exitCodes } from "../exit.ts"
import { check, json, profile, set, store } from "../flags.ts"
import { complain } from "../say.ts"
import { otherProfiles, storedPlan } from "../storedPlan.ts"

export const report = Command.make(
  "report",
  {
    experiment: Argument.String("experiment").pipe(
      Argument.withDescription("name of an experiment of the run store, or its file"),
    ),
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
    const { plan, asked, used } = yield* storedPlan(options)
    const findings = collectFindings(plan, options.store, { closeness: closenessOf(options), asked, used })
    failWhereAltered(options, [findings, ...findings.trials, ...findings.controls, ...findings.judges])
    const written = yield* conclude(findings, options, { folder: Option.getOrUndefined(options.out) })
    const played = findings.trials.some(({ result }) => result !== undefined)
    const hint = played ? undefined : otherProfiles(options.store, plan)
    if (hint !== undefined) yield* complain(hint)
    if (!written) process.exitCode = exitCodes.failed
  }),
).pipe(
  Command.withDescription("Write the report of an experiment again, from the run store alone"),
  Command.withExamples([
    {
      command: "saddlepoint report dann-vs-cycada --profile quick",
      description: "Of a store from anywhere, without the definition and its data",
    },
  ]),
)
