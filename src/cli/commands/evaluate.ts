import { cacheFolder } from "@saddlepoint/lab/store/files/layout"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { file, json, profile, set, store } from "../flags.ts"
import { planned } from "../planned.ts"
import { playFlags, playPlan } from "../playPlan.ts"

const { device, workers, stallSeconds, unconfined, track } = playFlags
/** Nothing is trained, so there is nothing to checkpoint, and no seed to begin. */
const untrained = {
  checkpointSeconds: 60,
  samplesEvery: Option.none(),
  budget: Option.none(),
  pack: false,
  onlyJudge: true,
} as const

export const evaluate = Command.make(
  "evaluate",
  { file, profile, set, store, device, workers, stallSeconds, unconfined, track, json },
  Effect.fn(function* (options) {
    const plan = yield* planned(options, { cache: cacheFolder(options.store) })
    yield* playPlan({ ...options, ...untrained }, plan)
  }),
).pipe(
  Command.withDescription(
    "Judge what is trained by the metrics that have not judged it, train no arm, and write the report",
  ),
  Command.withExamples([
    {
      command: "saddlepoint evaluate question.ts",
      description: "After a metric was added to the definition",
    },
  ]),
)
