import { availableParallelism } from "node:os"
import type { Present } from "@saddlepoint/lab/verification/otherExecutions"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { attempt, exitCodes } from "../exit.ts"
import { device, file, json, profile, set, store } from "../flags.ts"
import { complain, say } from "../say.ts"

/** What a run of the same words would play with; undefined where the engine is not here, as a plan may be made elsewhere. */
const presentOf = Effect.fnUntraced(function* (options: { readonly file: string; readonly device: string }) {
  const { presentExecution } = yield* attempt(() => import("../present.ts"))
  return yield* attempt(() => presentExecution(options.file, options.device)).pipe(
    Effect.catch(() => Effect.succeed(undefined)),
  )
})

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
    const { planningIn, readAndPlanned } = yield* attempt(() => import("../planned.ts"))
    const { dataInWords, plannedData } = yield* attempt(() => import("../plannedData.ts"))
    const { preview, previewInWords } = yield* attempt(() => import("../preview.ts"))
    const warned: string[] = []
    const planning = planningIn(options.store)
    const { experiment, plan: found } = yield* readAndPlanned(options, {
      ...planning,
      warn: (sentences) => warned.push(...sentences),
    })
    const data = yield* attempt(() => plannedData(experiment, planning.cache))
    if (options.register) {
      const { openStore } = yield* attempt(() => import("@saddlepoint/lab/store/upkeep/storeSchema"))
      const { register } = yield* attempt(() => import("@saddlepoint/lab/store/frozen/registration"))
      const { keepPlan } = yield* attempt(() => import("@saddlepoint/lab/store/frozen/keptPlan"))
      const { errorCode } = yield* attempt(() => import("@saddlepoint/lab/store/files/durable"))
      const { askedFor } = yield* attempt(() => import("../storedPlan.ts"))
      yield* attempt(() => {
        openStore(options.store)
        register(found, options.store, "plan")
        keepPlan(found, options.store, askedFor(options))
      }).pipe(
        Effect.mapError((error) =>
          errorCode(error) === undefined
            ? error
            : new Error(
                `Expected to write into the run store ${options.store} to freeze the definition, but got: ${error.message}. Make it writable, or give another with --store.`,
              ),
        ),
      )
    }
    const workers = Option.getOrElse(options.workers, availableParallelism)
    const look = (present?: Present) =>
      attempt(() => preview(found, { store: options.store, workers, warned }, present))
    // The code is digested and the engine opened only where there are results that they may not fit.
    const { trialStates } = yield* attempt(() => import("@saddlepoint/lab/store/trials/trialStates"))
    const states = yield* attempt(() => [...trialStates(options.store, found).values()])
    const isTrained = states.some(({ state }) => state === "done" || state === "unjudged")
    const present = isTrained ? yield* presentOf(options) : undefined
    let shown = yield* look(present)
    if (options.probe && shown.estimate.unknown.length > 0) {
      const { measure } = yield* attempt(() => import("../measure.ts"))
      const sentences = yield* measure(options, found, shown.estimate.unknown)
      if (sentences.length > 0) {
        yield* complain(sentences.join("\n"))
        process.exitCode = exitCodes.failed
      }
      shown = yield* look(present)
    }
    yield* say(
      options.json
        ? JSON.stringify({ ...shown, data })
        : [previewInWords(found, shown), ...dataInWords(data)].join("\n"),
    )
  }),
)
