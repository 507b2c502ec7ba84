import { availableParallelism } from "node:os"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { attempt, exitCodes } from "../exit.ts"
import { device, file, json, profile, set, store } from "../flags.ts"

export const plan = Command.make(
  "plan",
  {
    file,
    profile,
    set,
    store,
    device,
    workers: Flag.Int("workers").pipe(
      Flag.withDescription(
        "how many trials run side by side, for the estimate; as many as there are cores when left out",
      ),
      Flag.optional,
    ),
    register: Flag.Boolean("register").pipe(
      Flag.withDescription(
        "freeze the definition in the run store, so that reports can say what was planned when",
      ),
      Flag.withDefault(false),
    ),
    probe: Flag.Boolean("probe").pipe(
      Flag.withDescription("measure what nobody has measured yet, with a few steps of each arm"),
      Flag.withDefault(false),
    ),
    json,
  },
  Effect.fn(function* (options) {
    // Loaded here, so that reading the flags needs no engine.
    const { planned } = yield* attempt(() => import("../planned.ts"))
    const { preview, previewInWords } = yield* attempt(() => import("../preview.ts"))
    const found = yield* planned(options)
    if (options.register) {
      const { openStore } = yield* attempt(() => import("@saddlepoint/lab/store/upkeep/storeSchema"))
      const { register } = yield* attempt(() => import("@saddlepoint/lab/store/frozen/registration"))
      const { keepPlan } = yield* attempt(() => import("@saddlepoint/lab/store/frozen/keptPlan"))
      const { askedFor } = yield* attempt(() => import("../storedPlan.ts"))
      yield* attempt(() => {
        openStore(options.store)
        register(found, options.store, "plan")
        keepPlan(found, options.store, askedFor(options))
      })
    }
    const workers = Option.getOrElse(options.workers, availableParallelism)
    let shown = yield* attempt(() => preview(found, options.store, workers))
    if (options.probe && shown.estimate.unknown.length > 0) {
      const { measure } = yield* attempt(() => import("../measure.ts"))
      const sentences = yield* measure(options, found, shown.estimate.unknown)
      if (sentences.length > 0) {
        yield* Console.error(sentences.join("\n"))
        process.exitCode = exitCodes.failed
      }
      shown = yield* attempt(() => preview(found, options.store, workers))
    }
    yield* Console.log(options.json ? JSON.stringify(shown) : previewInWords(found, shown))
  }),
)
