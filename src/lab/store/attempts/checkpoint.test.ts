import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { TrainingState } from "@saddlepoint/core/play/trainingState"
import fc from "fast-check"
import { afterEach, beforeEach, expect, test } from "vitest"
import { readCheckpoint, writeCheckpoint } from "./checkpoint.ts"
import { checkpointFiles } from "./checkpointFile.ts"

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "saddlepoint-checkpoint-"))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const tensor = (...values: number[]) => ({ shape: [values.length], values: Float32Array.from(values) })

const state = (played: number): TrainingState => ({
  stage: 1,
  step: played - 3,
  played,
  players: { "generator/kernel": tensor(played, -0, 1e-38) },
  optimisers: { "generator/generator/kernel/m": tensor(0.5, 0.25, 0) },
  entry: { "generator/kernel": tensor(7) },
})

test("a checkpoint is read back bit for bit, with its place and its chain", () => {
  const file = writeCheckpoint(folder, { state: state(12), chain: "0123456789abcdef" })
  expect(file.step).toBe(12)
  expect(readCheckpoint(folder, file)).toEqual({ state: state(12), chain: "0123456789abcdef" })
})

test("the two newest are kept", () => {
  for (const played of [5, 6, 7, 8]) writeCheckpoint(folder, { state: state(played), chain: "" })
  expect(checkpointFiles(folder).map(({ step }) => step)).toEqual([8, 7])
  expect(readdirSync(join(folder, "checkpoints")).length).toBe(2)
})

test("damage of any byte is seen, and so is a cut", () => {
  const file = writeCheckpoint(folder, { state: state(4), chain: "f".repeat(16) })
  const path = join(folder, file.file)
  const bytes = readFileSync(path)
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
      const damaged = Buffer.from(bytes)
      damaged[at] = (damaged[at]! + by) % 256
      writeFileSync(path, damaged)
      expect(readCheckpoint(folder, file)).toBeUndefined()
      writeFileSync(path, bytes.subarray(0, at))
      expect(readCheckpoint(folder, file)).toBeUndefined()
    }),
  )
})

test("an attempt without checkpoints has none", () => {
  expect(checkpointFiles(folder)).toEqual([])
})
