import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { allowance } from "./allowance.ts"
import { bytesInMemory } from "./byteSource.ts"
import { decodeWeights } from "./decodeWeights.ts"
import { readWeights } from "./readWeights.ts"
import { type DamagedFile, damagedFile, damagedKinds, fileOfKind } from "./testing/damage.ts"
import { shardsInMemory } from "./testing/shards.ts"
import { quoted, WeightFileError } from "./weightFileError.ts"

const limits = { bytes: 2 ** 20 }
const perKind = 100

/** Bytes of the weights that were read; undefined where the file was refused in one sentence. Throws all else. */
function outcome({ file, shards }: DamagedFile): number | undefined {
  try {
    const weights = decodeWeights(bytesInMemory(file), allowance(limits), shardsInMemory(shards))
    return Object.values(weights).reduce((sum, { values }) => sum + values.byteLength, 0)
  } catch (error) {
    if (!(error instanceof WeightFileError)) throw error
    expect(error.message).toMatch(/^Expected [\s\S]+ but [\s\S]+\.$/)
    expect(error.message.length).toBeLessThan(1000)
    return undefined
  }
}

test.each(damagedKinds)("%s: without damage it is read", (kind) => {
  expect(outcome(damagedFile(kind))).toBeGreaterThan(0)
})

test.each(damagedKinds)(
  `%s: ${perKind} damaged files are read or refused, in time and within the limit`,
  (kind) => {
    const before = process.resourceUsage().maxRSS
    let refused = 0
    for (let index = 0; index < perKind; index++) {
      const file = damagedFile(kind, index)
      const before = process.cpuUsage()
      const bytes = outcome(file)
      // Microseconds of this process, whatever else the machine does: a few ms are usual, a count that is believed takes minutes.
      const { user, system } = process.cpuUsage(before)
      expect(user + system).toBeLessThan(5e6)
      if (bytes === undefined) refused++
      else expect(bytes).toBeLessThanOrEqual(limits.bytes)
    }
    // Kilobytes. A length that is believed takes up to 4 GB.
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(256 * 1024)
    if (kind !== "shard of a model.json") expect(refused).toBeGreaterThan(perKind / 4)
  },
)

const folder = mkdtempSync(join(tmpdir(), "damaged-"))
afterAll(() => rmSync(folder, { recursive: true }))

test("on disk they fare as in memory", async () => {
  for (const kind of damagedKinds) {
    for (let index = 0; index < 10; index++) {
      const damaged = damagedFile(kind, index)
      for (const [name, bytes] of Object.entries(damaged.shards)) writeFileSync(join(folder, name), bytes)
      const path = join(folder, "damaged.bin")
      writeFileSync(path, damaged.file)
      const error = await readWeights(path, { limits }).then(
        () => undefined,
        (error: unknown) => error,
      )
      if (error !== undefined) expect(error).toBeInstanceOf(WeightFileError)
      expect(error === undefined).toBe(outcome(damaged) !== undefined)
    }
  }
})

test("what a file says is told in one line without hidden characters, and an object as one", () => {
  expect(quoted("turned\u202e \x7f\x9b")).toBe('"turned\\u202e \\u007f\\u009b"')
  expect([quoted({ toString: 1 }), quoted(["F32"]), quoted(null), quoted(3n)]).toEqual([
    "an object",
    "a list",
    '"null"',
    '"3"',
  ])
  const file = fileOfKind("model.json", (bytes) =>
    Buffer.from(Buffer.from(bytes).toString().replace('"dtype":"float32"', '"dtype":{"toString":1}')),
  )
  expect(() =>
    decodeWeights(bytesInMemory(file.file), allowance(limits), shardsInMemory(file.shards)),
  ).toThrow(
    /^Expected a model\.json of TensorFlow\.js with float32, int32 or bool values in "a" but got an object; /,
  )
})
