import { readdirSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { isObject, type Json } from "@saddlepoint/core/contracts/json"
import { isDefinition } from "@saddlepoint/core/declare/definition"
import { datasets } from "@saddlepoint/datasets/catalogue"
import { knownSets, setsOf } from "@saddlepoint/datasets/published/knownSets"
import { describe, expect, test } from "vitest"
import { importFile } from "./definitionFile.ts"

const folder = fileURLToPath(new URL("../../experiments", import.meta.url))
const files = readdirSync(folder).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))

/** Datasets that lie in files, by name; the others are generated, or put together from others. */
const inFiles = new Set(datasets.filter(({ locates = [] }) => locates.length > 0).map(({ name }) => name))
const named = new Set(knownSets.map(({ name }) => name))

/** What a definition and all its profiles read from files: the dataset, and the set whose folder it is told to read. */
function readIn(json: Json | undefined): readonly { readonly dataset: string; readonly set?: string }[] {
  if (Array.isArray(json)) return json.flatMap(readIn)
  if (!isObject(json)) return []
  const within = Object.values(json).flatMap(readIn)
  const { use, folder: given } = json
  if (typeof use !== "string" || !inFiles.has(use)) return within
  const above = typeof given === "string" ? [basename(given), basename(dirname(given))] : []
  const set = above.find((name) => named.has(name))
  return [...within, { dataset: use, ...(set === undefined ? {} : { set }) }]
}

const read = new Map<string, ReturnType<typeof readIn>>()
for (const name of files) {
  const exported = (await importFile(join(folder, name), name)).default
  read.set(name, isDefinition(exported) ? readIn(exported.json) : [])
}

describe("what shipped experiments read from files", () => {
  test.each([...read])("of %s is known to `datasets list` and `datasets pull`", (_, uses) => {
    for (const { dataset, set } of uses) expect(setsOf(set ?? dataset), set ?? dataset).not.toEqual([])
  })

  test("is more than one set, in more than one experiment", () => {
    const sets = [...read.values()].flat().flatMap(({ dataset, set }) => setsOf(set ?? dataset))
    expect([...new Set(sets.map(({ name }) => name))].sort()).toEqual(
      ["bsds500", "facades", "fashion-mnist", "horse2zebra", "mnist", "usps"].sort(),
    )
  })
})
