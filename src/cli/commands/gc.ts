import { existsSync } from "node:fs"
import { findWaste, removeWaste, sumOf, type Waste } from "@saddlepoint/lab/store/upkeep/gc"
import { openStore } from "@saddlepoint/lab/store/upkeep/storeSchema"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { attempt, WrongCall } from "../exit.ts"
import { json, store } from "../flags.ts"
import { experimentsNamed } from "../knownExperiments.ts"
import { say } from "../say.ts"

const yes = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withDescription(description), Flag.withDefault(false))

export const gc = Command.make(
  "gc",
  {
    experiment: Argument.String("experiment").pipe(
      Argument.withDescription("name of an experiment; the whole run store when left out"),
      Argument.optional,
    ),
    store,
    dryRun: yes("dry-run", "say what would be removed, and remove nothing"),
    checkpoints: yes(
      "checkpoints",
      "checkpoints of finished trials too; verify --window then plays from the start",
    ),
    cache: yes("cache", "decoded and generated examples too; they are made again when they are needed"),
    json,
  },
  Effect.fn(function* (options) {
    const removals = yield* attempt(() => {
      const experiment = Option.getOrUndefined(options.experiment)
      if (!existsSync(options.store))
        throw new WrongCall(`Expected a run store at ${options.store}, but there is none.`)
      experimentsNamed(options.store, experiment)
      if (experiment !== undefined && options.cache) {
        throw new WrongCall(
          "Expected --cache without an experiment, because all experiments share the cache.",
        )
      }
      openStore(options.store)
      const { checkpoints, cache } = options
      const found = findWaste(options.store, {
        ...(experiment === undefined ? {} : { experiment }),
        checkpoints,
        cache,
      })
      if (!options.dryRun) removeWaste(options.store, found)
      return found
    })
    const sums = sumOf(removals)
    const bytes = removals.reduce((sum, removal) => sum + removal.bytes, 0)
    if (options.json) {
      yield* say(JSON.stringify({ dryRun: options.dryRun, bytes, kinds: sums, removed: removals }))
      return
    }
    const lines = (Object.keys(sums) as Waste[])
      .filter((kind) => sums[kind].removed > 0)
      .map((kind) => `  ${kind.padEnd(11)}  ${sums[kind].removed} removed, ${sums[kind].bytes} bytes`)
    const verb = options.dryRun ? "Would remove" : "Removed"
    yield* say(
      removals.length === 0 ? "Nothing to remove." : [`${verb} ${bytes} bytes:`, ...lines].join("\n"),
    )
  }),
).pipe(Command.withDescription("Remove what a run store does not need any more; never a published result"))
