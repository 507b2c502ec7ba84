import { readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { isObject, type JsonObject } from "@saddlepoint/core/contracts/json"
import { neutral } from "@saddlepoint/core/contracts/neutral"
import { isDefinition } from "@saddlepoint/core/declare/definition"
import type { Stream } from "@saddlepoint/engine/random"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { parse, stringify } from "yaml"
import { catalogue } from "../catalogue.ts"
import { importFile, openDefinition } from "../definitionFile.ts"
import { exitCodeOf, exitCodes } from "../exit.ts"
import { type Asked, planned } from "../planned.ts"
import { preview, previewInWords } from "../preview.ts"
import { readingOf } from "../reading.ts"
import { tinyDigits, tinyYaml } from "../testing/saddlepoint.ts"
import { mutatedBytes, oneOf } from "./mutateBytes.ts"
import { inJson, mutatedJson, oddTexts, withStandIns } from "./mutateJson.ts"
import { oddOverrides } from "./oddOverrides.ts"
import { oddYaml } from "./oddYaml.ts"
import type { Case, Folders, Subject } from "./subject.ts"

/** A definition that is right, with its texts. */
interface Whole {
  readonly json: JsonObject
  readonly asJson: string
  readonly asYaml: string
  readonly profiles: readonly string[]
}

/** What a command is given, and what was done to it. */
export interface GivenDefinition {
  readonly kind: string
  readonly name: "given.json" | "given.yaml"
  readonly bytes: Uint8Array
  readonly profile?: string
  readonly overrides: readonly string[]
}

/** Every definition that is shipped, the searches that they confirm, and small ones, which are most often drawn. */
export async function wholeDefinitions(): Promise<readonly Whole[]> {
  const folder = fileURLToPath(new URL("../../../experiments", import.meta.url))
  const names = readdirSync(folder).filter((name) => /(?<!\.test)\.ts$/.test(name))
  const shipped = await Promise.all(
    names.map(async (name) => (await importFile(join(folder, name), name)).default),
  )
  const jsons = shipped.filter(isDefinition).map(({ json }) => json)
  const searches = jsons.flatMap(({ of }) => (isObject(of) ? [of] : []))
  const [pairs, digits] = [parse(tinyYaml()), parse(tinyDigits())] as [JsonObject, JsonObject]
  return [...jsons, ...searches, ...searches, ...Array(8).fill(pairs), ...Array(8).fill(digits)].map(
    (json: JsonObject) => ({
      json,
      asJson: JSON.stringify(json),
      asYaml: stringify(json, { aliasDuplicateObjects: false }),
      profiles: isObject(json.profiles) ? Object.keys(json.profiles) : [],
    }),
  )
}

const pluginNames = catalogue.map(({ name }) => name)

/** One of the definitions with something done to its structure, its text, or what it is read with. */
export function givenDefinition(wholes: readonly Whole[], draw: Stream): GivenDefinition {
  const { json, asJson, asYaml, profiles } = oneOf(draw, wholes)
  const odd = draw.integer(20) === 0
  const profile = odd ? oneOf(draw, oddTexts) : oneOf(draw, [undefined, undefined, ...profiles])
  const reading = { ...(profile === undefined ? {} : { profile }), overrides: [] }
  const way = draw.integer(100)
  if (way < 40) {
    const { json: changed, kind } = mutatedJson(json, draw, pluginNames)
    return { kind: `JSON, ${kind}`, name: "given.json", bytes: Buffer.from(inJson(changed)), ...reading }
  }
  if (way < 50) {
    const { json: changed, kind } = mutatedJson(json, draw, pluginNames)
    const text = withStandIns(stringify(changed, { aliasDuplicateObjects: draw.integer(2) === 0 }))
    return { kind: `YAML, ${kind}`, name: "given.yaml", bytes: Buffer.from(text), ...reading }
  }
  if (way < 60) {
    const { bytes, kind } = mutatedBytes(Buffer.from(asJson), draw)
    return { kind: `JSON text, ${kind}`, name: "given.json", bytes, ...reading }
  }
  if (way < 65) {
    const { bytes, kind } = mutatedBytes(Buffer.from(asYaml), draw)
    return { kind: `YAML text, ${kind}`, name: "given.yaml", bytes, ...reading }
  }
  if (way < 80) {
    const { bytes, kind } = oddYaml(asYaml, draw)
    return { kind: `YAML text, ${kind}`, name: "given.yaml", bytes, ...reading }
  }
  const { overrides, kind } = oddOverrides(json, draw)
  return { ...reading, kind, name: "given.json", bytes: Buffer.from(asJson), overrides }
}

/** Definitions as `plan` reads and plans them; a search as `search` reads it. */
export const definitions: Subject = {
  async open(folders) {
    const wholes = await wholeDefinitions()
    return (draw): Case => {
      const given = givenDefinition(wholes, draw)
      const isShown = draw.integer(50) === 0
      return { kind: given.kind, run: () => planAs(given, folders, isShown) }
    }
  },
}

async function planAs(given: GivenDefinition, { files, work }: Folders, isShown: boolean) {
  const file = join(files, given.name)
  writeFileSync(file, given.bytes)
  const profile = Option.fromUndefinedOr(given.profile)
  const asked: Asked = { file, profile, set: given.overrides, store: join(work, "runs") }
  try {
    const { plan, error } = await Effect.runPromise(
      planned(asked).pipe(
        Effect.match({
          onFailure: (error) => ({ error, plan: undefined }),
          onSuccess: (plan) => ({ plan, error: undefined }),
        }),
      ),
    )
    if (error !== undefined) throw error
    if (isShown) previewInWords(plan, preview(plan, { store: asked.store, workers: 2, warned: [] }))
    return []
  } catch (error) {
    const told = sentencesOf(error)
    // A search is read as such by its own command.
    if (!told.some((text) => text.includes("play it with `saddlepoint search`"))) return told
    const opened = await openDefinition(file)
    try {
      opened.search(readingOf(asked))
      return []
    } catch (error) {
      return sentencesOf(error)
    }
  }
}

/** What a command prints of an error of the user's; any other error is thrown on. */
export function sentencesOf(error: unknown): readonly string[] {
  if (exitCodeOf(error) !== exitCodes.wrongCall) throw error
  return neutral((error as Error).message).split("\n")
}
