import { readdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { isObject, type Json } from "@saddlepoint/core/contracts/json"
import { InvalidDefinition } from "@saddlepoint/core/contracts/mistake"
import { isDefinition } from "@saddlepoint/core/declare/definition"
import { describe, expect, test } from "vitest"
import { importFile, openDefinition } from "./definitionFile.ts"

const folder = fileURLToPath(new URL("../../experiments", import.meta.url))
const files = readdirSync(folder).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))

const profilesOf = (json: Json | undefined) =>
  isObject(json) && isObject(json.profiles) ? Object.keys(json.profiles) : []

/** Mistakes of a reading, but for a confirmation's only that its search has not been played. */
function mistakesOf(read: () => unknown): readonly string[] {
  try {
    read()
    return []
  } catch (error) {
    if (!(error instanceof InvalidDefinition)) throw error
    return error.mistakes.map(({ message }) => message).filter((text) => !text.includes("has not chosen yet"))
  }
}

describe.each(files)("the experiment %s", async (name) => {
  const file = join(folder, name)
  const exported = (await importFile(file, name)).default
  const json = isDefinition(exported) ? exported.json : null
  const { decode, search } = await openDefinition(file)
  const reading = (profile: string | undefined) => (profile === undefined ? {} : { profile })

  test.each([undefined, ...profilesOf(json)])("can be read under the profile %s", (profile) => {
    expect(mistakesOf(() => decode(reading(profile)))).toEqual([])
  })

  const searched = isObject(json) && isObject(json.of) ? json.of : undefined
  const searches = searched === undefined ? [] : [undefined, ...profilesOf(searched)]
  test.skipIf(searches.length === 0)("has a search that can be read under each of its profiles", () => {
    for (const profile of searches) expect(mistakesOf(() => search(reading(profile)))).toEqual([])
  })
})
