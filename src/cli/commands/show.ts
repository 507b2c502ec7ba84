import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { attempt } from "../exit.ts"
import { json, profile, set, store } from "../flags.ts"
import { say } from "../say.ts"

export const show = Command.make(
  "show",
  {
    file: Argument.String("file").pipe(
      Argument.withDescription("an experiment's definition: TypeScript, JSON or YAML"),
    ),
    profile,
    set,
    store,
    json,
  },
  Effect.fn(function* (options) {
    const { decoded } = yield* attempt(() => import("../planned.ts"))
    const { definition } = yield* decoded(options)
    const { stringify } = yield* attempt(() => import("yaml"))
    yield* say(options.json ? JSON.stringify(definition) : stringify(definition).trimEnd())
  }),
).pipe(
  Command.withDescription(
    "Print an experiment's definition as it is resolved: every arm of its axes, with all defaults, as YAML",
  ),
  Command.withExamples([
    {
      command: "saddlepoint show experiments/dann-vs-cycada.ts --profile quick",
      description: "What `run` would play, option by option",
    },
  ]),
)
