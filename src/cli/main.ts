import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { isCliError } from "effect/cli/CliError"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { openCommands } from "./commandTable.ts"
import { exitCodeOf, exitCodes } from "./exit.ts"
import { allSaid, bearBrokenPipes } from "./pipes.ts"
import { complain } from "./say.ts"

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

/** Wrong words on the command line: the sentences of the parser, or only the help that was asked for. */
const wrongWords = (error: { readonly errors?: readonly Error[]; readonly message: string }) => {
  const sentences = (error.errors ?? []).map(({ message }) => message)
  if (sentences.length === 0) return Effect.void
  return complain(sentences.join("\n")).pipe(Effect.andThen(() => end(exitCodes.wrongCall)))
}

// A user's mistake gets its sentences; nobody gets a stack trace.
Command.runWith(saddlepoint, { version: "0.1.0", renderErrors: false })(words).pipe(
  Effect.catch((error) =>
    isCliError(error)
      ? wrongWords(error)
      : complain((error as Error).message).pipe(Effect.andThen(() => end(exitCodeOf(error)))),
  ),
  Effect.provide(NodeServices.layer),
  Effect.andThen(Effect.promise(allSaid)),
  // A timer that a user's file left holds nothing up.
  Effect.andThen(Effect.sync(() => process.exit())),
  NodeRuntime.runMain,
)
