import { existsSync } from "node:fs"
import { join, resolve } from "node:path"
import { planRung } from "@saddlepoint/core/declare/plan"
import type { Trial } from "@saddlepoint/core/declare/trial"
import { type Manifest, readManifest } from "@saddlepoint/lab/store/attempts/manifest"
import { fileDigest } from "@saddlepoint/lab/store/files/durable"
import { trialFolder } from "@saddlepoint/lab/store/files/layout"
import { type Attestation, keepAttestation } from "@saddlepoint/lab/store/results/attestation"
import { newest } from "@saddlepoint/lab/store/results/publication"
import { allTrials } from "@saddlepoint/lab/store/trials/allTrials"
import { onlyTrial } from "@saddlepoint/lab/store/trials/findTrial"
import { type PublishedResult, readTrial } from "@saddlepoint/lab/store/trials/trialRecord"
import { knownSchema } from "@saddlepoint/lab/store/upkeep/storeSchema"
import { alteration, attestAlteration, isConfirmed } from "@saddlepoint/lab/verification/verification"
import { verifyTrial } from "@saddlepoint/lab/verification/verifyTrial"
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
import { complain, say } from "../say.ts"
import { toleranceOf } from "../tolerance.ts"

export const verify = Command.make(
  "verify",
  {
    trial: Argument.String("trial").pipe(
      Argument.withDescription(
        "id of a finished trial, or its first digits (`plan` and `collect` list them)",
      ),
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
        "play only so many steps, 1 or more, after the newest checkpoint that is kept or from the start",
      ),
      Flag.optional,
    ),
    tolerance: Flag.String("tolerance").pipe(
      Flag.withDescription(
        "relative difference that counts as rounding where the code is another one: 1e-4 for all numbers, fid=0.01 for those of one metric (or losses, weights, exam, grid, features, answers); may be repeated. Without it every difference exits 1; with the same code it always does",
      ),
      Flag.between(0, 1000),
    ),
    json,
  },
  Effect.fn(function* (options) {
    const place = resolve(options.store)
    yield* attempt(() => knownSchema(options.store))
    yield* attempt(() => checkWindow(options.window))
    const tolerance = yield* attempt(() => toleranceOf(options.tolerance))
    const { experiment, trial: id } = yield* attempt(() => onlyTrial(options.store, options.trial))
    const home = trialFolder(place, experiment, id)
    const conclude = (attestation: Attestation) => concludeWith(home, attestation, options.json)
    const chosen = yield* attempt(() =>
      resultOf(place, experiment, id, Option.getOrUndefined(options.execution)),
    )
    if ("broken" in chosen) return yield* conclude(brokenResult(home, id, chosen.broken))
    const altered = yield* attempt(() => alteration(chosen))
    if (altered !== undefined) {
      const digest = fileDigest(join(home, chosen.file))
      return yield* conclude(attestAlteration(chosen.result, altered, digest))
    }
    const manifest = yield* attempt(() => manifestOf(chosen, id))
    const file = yield* attempt(() => definitionFile(manifest, Option.getOrUndefined(options.file)))
    const { profile, overrides = [] } = manifest.definition ?? {}
    const asked = { file, profile: Option.fromUndefinedOr(profile), set: overrides, store: options.store }
    const searched = manifest.preimage.split === "validation"
    const plan = searched ? yield* attempt(() => searchedPlan(asked)) : yield* planned(asked)
    const all = "all" in plan ? plan.all : allTrials(plan)
    // A trial of an earlier version has the same content under its former id.
    const found = all.find((candidate) => candidate.id === id || candidate.formerId === id)
    const trial = found === undefined ? undefined : { ...found, id }
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
      store: place,
      experiment,
      published: chosen,
      manifest,
      trial,
      planHash: plan.hash,
      definitionPath: resolve(file),
      childEntry,
      engine,
      executions: code.executions(engine),
      pluginsOf: code.pluginsOf,
      judges: all.filter(({ kind }) => kind === "judge"),
      ...(tolerance === undefined ? {} : { tolerance }),
      ...(Option.isSome(options.window) ? { window: options.window.value } : {}),
    })
    yield* conclude(attestation)
  }),
).pipe(
  Command.withDescription("Play a finished trial again and compare it with its record, bit for bit"),
  Command.withExamples([
    { command: "saddlepoint verify 3f2a --json", description: "The trial whose id begins with 3f2a" },
  ]),
)

/**
 * Prints the outcome, and then keeps the attestation beside the result: where it cannot be kept, that is said, and the outcome
 * stands. Anything but a confirmed record exits 1.
 */
const concludeWith = Effect.fnUntraced(function* (home: string, attestation: Attestation, asJson: boolean) {
  const { outcome, sentence } = attestation
  yield* say(asJson ? JSON.stringify(attestation) : `${outcome.toUpperCase()}  ${sentence}`)
  if (!isConfirmed(attestation)) process.exitCode = exitCodes.failed
  yield* attempt(() => keepAttestation(home, attestation)).pipe(
    Effect.catch((error) =>
      complain(
        `Expected to keep the attestation in ${join(home, "attestations")}, but got: ${error.message.replace(/\.$/, "")}. The outcome stands; make the run store writable to keep it.`,
      ),
    ),
  )
})

function brokenResult(home: string, trial: string, file: string): Attestation {
  const sentence = `${file} is cut off, or was changed after it was written; restore it from a copy, or run again, which publishes it anew from its attempt, or plays the trial again.`
  const execution = /([0-9a-f]{16})(?:\.\d+)?\.json$/.exec(file)?.[1] ?? ""
  return attestAlteration({ trial, execution }, { file, sentence }, fileDigest(join(home, file)))
}

function checkWindow(window: Option.Option<number>): void {
  if (Option.isNone(window) || window.value >= 1) return
  throw new WrongCall(`Expected --window to be a number of steps, 1 or more, but got ${window.value}.`)
}

/** Every trial that a search may play, all configurations in all rungs, and the hash of its definition. */
async function searchedPlan(
  asked: Asked,
): Promise<{ readonly all: readonly Trial[]; readonly hash: string }> {
  const search = (await openDefinition(asked.file)).search(readingOf(asked))
  const all = new Map(search.arms.map(({ key, configurations }) => [key, [...configurations.keys()]]))
  const plans = await Promise.all(search.rungs.map(({ share }) => planRung(search.rung(share, all))))
  return { all: plans.flatMap(allTrials), hash: plans[0]?.hash ?? "" }
}

/** The result that is asked for; or the name of a published file of it, relative to the trial's folder, that counts for nothing. */
function resultOf(
  store: string,
  experiment: string,
  id: string,
  execution = "",
): PublishedResult | { readonly broken: string } {
  const { results, damaged } = readTrial(store, experiment, id)
  const ofExecution = (file: string) => /^results\/([0-9a-f]{16})/.exec(file)?.[1]
  const broken = damaged.find((file) => {
    const of = ofExecution(file)
    // A later generation stands for a result that was damaged.
    return of?.startsWith(execution) === true && !results.has(of)
  })
  if (broken !== undefined) return { broken }
  const chosen = newest(
    [...results].flatMap(([name, result]) => (name.startsWith(execution) ? [result] : [])),
  )
  if (chosen !== undefined) return chosen
  const which = execution === "" ? "" : ` under the execution ${execution}`
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
