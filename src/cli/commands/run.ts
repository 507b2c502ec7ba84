import { cacheFolder } from "@saddlepoint/lab/store/files/layout"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { file, json, profile, set, store } from "../flags.ts"
import { planned } from "../planned.ts"
import { playFlags, playPlan } from "../playPlan.ts"

export const run = Command.make(
  "run",
  {
    file,
    profile,
    set,
    store,
    ...playFlags,
    json,
  },
  Effect.fn(function* (options) {
    const warnings: string[] = []
    const warn = (sentences: readonly string[]) => warnings.push(...sentences)
    const plan = yield* planned(options, { cache: cacheFolder(options.store), warn })
    yield* playPlan({ ...options, warnings }, plan)
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
