import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Dataset, Split } from "@saddlepoint/core/contracts/dataset"
import { adaptationPlugin } from "@saddlepoint/datasets/adaptation"
import { unpairedPlugin } from "@saddlepoint/datasets/unpaired"
import { afterEach, beforeEach, expect, test } from "vitest"
import { glyphsOf } from "../../testing/glyphsOf.ts"
import { describeDataset } from "./datasetFacts.ts"

let cache: string
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "saddlepoint-dataset-"))
})
afterEach(() => rmSync(cache, { recursive: true, force: true }))

const glyphs = glyphsOf({ train: 23, validation: 10, test: 4 })
const trial = { source: { use: "tiny" }, preimage: { plugins: { "dataset/tiny": 4 } } }

async function described(data: Dataset, splits: Partial<Record<"train" | "test", Split>> = {}) {
  const open = await data.open()
  const digest = await data.digest()
  return describeDataset(data, { ...open, splits: { ...open.splits, ...splits } }, trial, digest, cache)
}

/** A split that counts how often it is read. */
function counted(split: Split) {
  const reads = { count: 0 }
  const read: Split["read"] = (indices) => {
    reads.count += 1
    return split.read(indices)
  }
  return { reads, split: { ...split, read } }
}

test("of labelled images every split has its size, a digest of its values and how many examples each class has", async () => {
  const facts = await described(glyphs)
  expect(facts).toMatchObject({
    name: "tiny",
    version: 4,
    fields: { image: "image", label: "class" },
    labels: "visible",
    // The digits take turns.
    splits: {
      train: { size: 23, classes: [3, 3, 3, 2, 2, 2, 2, 2, 2, 2] },
      validation: { size: 10, classes: new Array(10).fill(1) },
      test: { size: 4, classes: [1, 1, 1, 1, 0, 0, 0, 0, 0, 0] },
    },
  })
  expect(facts.classes).toHaveLength(10)
  expect(facts.splits.train.sha256).toMatch(/^[0-9a-f]{64}$/)
  expect(facts.splits.train.sha256).not.toBe(facts.splits.validation.sha256)
})

test("splits are read once for all trials", async () => {
  const { reads, split } = counted((await glyphs.open()).splits.train)
  const first = await described(glyphs, { train: split })
  expect(reads.count).toBe(1)
  expect(await described(glyphs, { train: split })).toEqual(first)
  expect(reads.count).toBe(1)
})

test("what the cache holds is not believed once it was changed: the splits are read again", async () => {
  const { reads, split } = counted((await glyphs.open()).splits.train)
  const first = await described(glyphs, { train: split })
  const file = join(cache, "splitFacts", `${await glyphs.digest()}.json`)
  writeFileSync(file, readFileSync(file, "utf8").replace('"size": 23', '"size": 24'))
  expect(await described(glyphs, { train: split })).toEqual(first)
  expect(reads.count).toBe(2)
})

test("of a huge split there is its size, and nothing of it is read", async () => {
  const { reads, split } = counted((await glyphs.open()).splits.test)
  const { splits } = await described(glyphs, { test: { ...split, size: 2 ** 23 } })
  expect(splits.test).toEqual({ size: 2 ** 23 })
  expect(reads.count).toBe(0)
})

test("of two domains the labels of the target are hidden, where it has any, and counted for judging", async () => {
  const adaptation = adaptationPlugin.build({ source: glyphs, target: glyphs })
  const facts = await described(adaptation)
  expect(facts.labels).toBe("hidden in the target")
  expect(facts.splits.test.classes).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 0, 0])
  const { label: _, ...fields } = glyphs.fields
  const unlabelled = adaptationPlugin.build({ source: glyphs, target: { ...glyphs, fields } })
  expect((await described(unlabelled)).labels).toBe("of the source alone")
})

test("images without classes have no counts", async () => {
  const facts = await described(unpairedPlugin.build({ A: glyphs, B: glyphs }))
  expect(facts.labels).toBe("none")
  expect(facts.splits.train).toEqual({ size: 23, sha256: expect.any(String) })
})
