import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { isCliError } from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { openCommands } from "./commandTable.ts"
import { exitCodeOf, exitCodes } from "./exit.ts"
import { allSaid, bearBrokenPipes } from "./pipes.ts"
import { complain } from "./say.ts"
import { presenter } from "./wrongWords.ts"

bearBrokenPipes()
const words = process.argv.slice(2)

const saddlepoint = Command.make("saddlepoint").pipe(
  Command.withDescription("Plan, run and judge experiments in adversarial learning"),
  Command.withSubcommands(await openCommands(words)),
)

const end = (code: number) =>
  Effect.sync(() => {
    process.exitCode = code
  })

// A user's mistake gets its sentences; nobody gets a stack trace.
Command.runWith(saddlepoint, { version: "0.1.0" })(words).pipe(
  Effect.provideService(CliOutput.Presenter, presenter),
  Effect.catch((error) => {
    // What is wrong with the words was presented; help that was asked for by giving no command is none.
    if (isCliError(error))
      return error._tag === "ShowHelp" && error.errors.length === 0 ? Effect.void : end(exitCodes.wrongCall)
    return complain((error as Error).message).pipe(Effect.andThen(() => end(exitCodeOf(error))))
  }),
  Effect.provide(NodeServices.layer),
  Effect.andThen(Effect.promise(allSaid)),
  // A timer that a user's file left holds nothing up.
  Effect.andThen(Effect.sync(() => process.exit())),
  NodeRuntime.runMain,
)
