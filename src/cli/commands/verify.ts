import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { planRung } from "@saddlepoint/core/declare/plan"
import type { Trial } from "@saddlepoint/core/declare/trial"
import { type Manifest, readManifest } from "@saddlepoint/lab/store/attempts/manifest"
import { newest } from "@saddlepoint/lab/store/results/publication"
import { allTrials } from "@saddlepoint/lab/store/trials/allTrials"
import { findTrials } from "@saddlepoint/lab/store/trials/findTrial"
import { type PublishedResult, readTrial } from "@saddlepoint/lab/store/trials/trialRecord"
import { knownSchema } from "@saddlepoint/lab/store/upkeep/storeSchema"
import { verifyTrial } from "@saddlepoint/lab/verification/verifyTrial"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { childEntry } from "../childEntry.ts"
import { openDefinition } from "../definitionFile.ts"
import { attempt, exitCodes, WrongCall } from "../exit.ts"
import { json, store } from "../flags.ts"
import { type Asked, planned } from "../planned.ts"
import { presentCode, presentEngine } from "../present.ts"
import { readingOf } from "../reading.ts"

export const verify = Command.make(
  "verify",
  {
    trial: Argument.String("trial").pipe(
      Argument.withDescription("id of a finished trial, or its first digits (`status` and `plan` list them)"),
    ),
    store,
    file: Flag.String("file").pipe(
      Flag.withDescription("the experiment's file, where it is not where it was"),
      Flag.optional,
    ),
    execution: Flag.String("execution").pipe(
      Flag.withDescription("which result, where there are several; the newest when left out"),
      Flag.optional,
    ),
    window: Flag.Int("window").pipe(
      Flag.withDescription(
        "play only so many steps, after the newest checkpoint that is kept or from the start",
      ),
      Flag.optional,
    ),
    tolerance: Flag.Finite("tolerance").pipe(
      Flag.withDescription("relative difference that counts as rounding"),
      Flag.withDefault(1e-4),
    ),
    json,
  },
  Effect.fn(function* (options) {
    yield* attempt(() => knownSchema(options.store))
    const { experiment, id } = yield* attempt(() => onlyTrial(options.store, options.trial))
    const published = yield* attempt(() =>
      resultOf(options.store, experiment, id, Option.getOrUndefined(options.execution)),
    )
    const manifest = yield* attempt(() => manifestOf(published, id))
    const file = yield* attempt(() => definitionFile(manifest, Option.getOrUndefined(options.file)))
    const { profile, overrides = [] } = manifest.definition ?? {}
    const asked = { file, profile: Option.fromUndefinedOr(profile), set: overrides, store: options.store }
    const searched = manifest.preimage.split === "validation"
    const trials = searched ? yield* attempt(() => searchedTrials(asked)) : allTrials(yield* planned(asked))
    const trial = trials.find((candidate) => candidate.id === id)
    if (trial === undefined) {
      return yield* Effect.fail(
        new WrongCall(
          `Expected ${file} to hold the trial ${id} as it did, but it has changed since: restore it, or give it with --file.`,
        ),
      )
    }
    const engine = yield* attempt(() => presentEngine(manifest.engine.name, manifest.engine.threads))
    const code = yield* attempt(() => presentCode(file))
    const attestation = yield* verifyTrial({
      store: resolve(options.store),
      experiment,
      published,
      manifest,
      trial,
      definitionPath: resolve(file),
      childEntry,
      engine,
      code,
      tolerance: options.tolerance,
      ...(Option.isSome(options.window) ? { window: options.window.value } : {}),
    })
    const { outcome, sentence } = attestation
    yield* Console.log(options.json ? JSON.stringify(attestation) : `${outcome.toUpperCase()}  ${sentence}`)
    if (outcome === "diverged" || outcome === "altered") process.exitCode = exitCodes.failed
  }),
).pipe(
  Command.withDescription("Play a finished trial again and compare it with its record, bit for bit"),
  Command.withExamples([
    { command: "saddlepoint verify 3f2a --json", description: "The trial whose id begins with 3f2a" },
  ]),
)

/** Every trial that a search may play: all configurations in all rungs. */
async function searchedTrials(asked: Asked): Promise<readonly Trial[]> {
  const search = (await openDefinition(asked.file)).search(readingOf(asked))
  const all = new Map(search.arms.map(({ key, configurations }) => [key, [...configurations.keys()]]))
  const plans = await Promise.all(search.rungs.map(({ share }) => planRung(search.rung(share, all))))
  return plans.flatMap(allTrials)
}

function onlyTrial(store: string, prefix: string): { readonly experiment: string; readonly id: string } {
  const found = findTrials(store, prefix)
  const [first, second] = found
  if (first === undefined) {
    throw new WrongCall(
      `Expected a trial of the run store ${store}, but it has none whose id begins with ${prefix}.`,
    )
  }
  if (second === undefined) return { experiment: first.experiment, id: first.trial }
  const some = found.slice(0, 5).map(({ experiment, trial }) => `${trial} (${experiment})`)
  throw new WrongCall(
    `Expected the first digits of one trial, but ${prefix} begins ${found.length}: ${some.join(", ")}.`,
  )
}

function resultOf(store: string, experiment: string, id: string, execution?: string): PublishedResult {
  const { results } = readTrial(store, experiment, id)
  const chosen =
    execution === undefined
      ? newest(results.values())
      : [...results].find(([name]) => name.startsWith(execution))?.[1]
  if (chosen !== undefined) return chosen
  const which = execution === undefined ? "" : ` under the execution ${execution}`
  throw new WrongCall(
    `Expected the trial ${id} to be finished${which}, but it has no such result; run it first.`,
  )
}

function manifestOf({ folder }: PublishedResult, id: string): Manifest {
  const manifest = readManifest(folder)
  if (manifest !== undefined) return manifest
  throw new WrongCall(
    `Expected the manifest of the trial ${id}, but it is missing or damaged; play the trial anew.`,
  )
}

function definitionFile({ definition }: Manifest, given: string | undefined): string {
  const file = given ?? definition?.file
  if (file !== undefined && existsSync(file)) return file
  throw new WrongCall(
    `Expected the experiment's file ${file === undefined ? "" : `at ${file} `}to play the trial again, but it is not there; give it with --file.`,
  )
}
