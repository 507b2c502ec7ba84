import { existsSync } from "node:fs"
import type { JsonObject } from "@saddlepoint/core/contracts/json"
import { mergePatch } from "@saddlepoint/core/declare/profile"
import { knownPlugins } from "@saddlepoint/lab/trained/knownPlugins"
import { openTrained, type Trained } from "@saddlepoint/lab/trained/openTrained"
import { type TrainedRecord, trainedRecord } from "@saddlepoint/lab/trained/trainedRecord"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import { openDefinition } from "./definitionFile.ts"
import { WrongCall } from "./exit.ts"
import { store } from "./flags.ts"

/** Flags of every command that opens what a trial trained. */
export const trainedFlags = {
  file: Flag.String("file").pipe(
    Flag.withDescription("the experiment's file, where plug-ins of your own are not where they were"),
    Flag.optional,
  ),
  data: Flag.String("data").pipe(
    Flag.withDescription(
      "where the trial's data lie, e.g. folder=my-pairs, A.folder=photos; only trials of earlier versions, and what reads examples, need it; may be repeated",
    ),
    Flag.between(0, 100),
  ),
  device: Flag.String("device").pipe(
    Flag.withDescription("where tensors run, as of `run`"),
    Flag.withDefault("cpu"),
  ),
  store,
}

/** What `trainedFlags` and the trial's argument gave. */
interface Chosen {
  readonly trial: string
  readonly store: string
  readonly file: Option.Option<string>
  readonly data: readonly string[]
  readonly device: string
}

/** Opens what a trial trained for as long as it is used, with the plug-ins that it is made of. */
export async function withTrained<Done>(
  { store: from, trial, file, data, device }: Chosen,
  use: (trained: Trained, record: TrainedRecord) => Promise<Done>,
): Promise<Done> {
  const record = trainedRecord(from, trial)
  const plugins = await ownPlugins(record, Option.getOrUndefined(file))
  const name = `${record.experiment}/${record.manifest.trial}`
  const trained = await openTrained(from, name, { plugins, data: whereOf(data), device })
  try {
    return await use(trained, record)
  } finally {
    trained.dispose()
  }
}

/** Plug-ins of the user's own: from the file that is given, or, where the trial is made of such, from where its definition was. */
async function ownPlugins({ versions, manifest }: TrainedRecord, given: string | undefined) {
  const own = given === undefined ? await lackingPlugin(versions) : undefined
  const file = given ?? (own === undefined ? undefined : manifest.definition?.file)
  if (file === undefined) return []
  if (given === undefined && !existsSync(file)) {
    throw new WrongCall(
      `Expected the experiment's file at ${file} for ${own}, which is none of Saddlepoint's own, but it is not there; give it with --file.`,
    )
  }
  return [...(await openDefinition(file)).plugins.values()]
}

async function lackingPlugin(versions: TrainedRecord["versions"]): Promise<string | undefined> {
  const known = await knownPlugins([])
  return Object.keys(versions).find((name) => !known.has(name))
}

/** `["A.folder=photos"]` as `{ A: { folder: "photos" } }`. */
function whereOf(words: readonly string[]): JsonObject {
  return words.reduce<JsonObject>((where, word) => {
    const at = word.indexOf("=")
    if (at <= 0) throw new WrongCall(`Expected --data as folder=PATH, but got ${word}.`)
    const keys = word.slice(0, at).split(".")
    const one = keys.reduceRight<string | JsonObject>((inner, key) => ({ [key]: inner }), word.slice(at + 1))
    return mergePatch(where, one) as JsonObject
  }, {})
}
