import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { encodeSafetensors } from "@saddlepoint/core/play/safetensors"
import { afterAll, beforeAll, expect, test } from "vitest"
import { syntheticAdaptation } from "../../testing/syntheticAdaptation.ts"
import { type Arm, studyOf } from "../study.ts"
import { embeddingOf } from "./embedding.ts"

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "saddlepoint-embedding-"))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** An arm whose trials left these bytes as features, seed by seed. */
async function armWith(...files: readonly Buffer[]): Promise<Arm> {
  const arm = studyOf(await syntheticAdaptation()).arms[0]!
  const trials = files.map(async (bytes, index) => {
    await writeFile(join(folder, `${index}.bin`), bytes)
    const trial = arm.trials[index]!
    return { ...trial, folder, result: { ...trial.result!, artifacts: { features: `${index}.bin` } } }
  })
  return { ...arm, trials: await Promise.all(trials) }
}

const features = (source: number[], target: number[], size: number): Buffer =>
  encodeSafetensors({
    source: { shape: [source.length / size, size], values: Float32Array.from(source) },
    target: { shape: [target.length / size, size], values: Float32Array.from(target) },
  })

test("two domains on a line lie on the first component, about the middle of both together", async () => {
  // The mean of all four is (2, 1); along (2, 1)/sqrt(5) the points lie at -2, -1, 1 and 2 times sqrt(5).
  const found = (await embeddingOf(await armWith(features([-2, -1, 0, 0], [4, 2, 6, 3], 2))))!
  const root = Math.sqrt(5)
  const near = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 6))
  expect([...found.source]).toEqual(near([-2 * root, 0, -root, 0]))
  expect([...found.target]).toEqual(near([root, 0, 2 * root, 0]))
  expect(found.shares).toEqual(near([1, 0]))
})

test("features of one number have one component", async () => {
  const found = (await embeddingOf(await armWith(features([0, 2], [4], 1))))!
  expect([...found.source, ...found.target]).toEqual([-2, 0, 0, 0, 2, 0])
  expect(found.shares).toEqual([1, 0])
})

test("the first seed that left readable features is shown", async () => {
  const good = features([0, 1, 1, 0], [2, 2], 2)
  expect((await embeddingOf(await armWith(good, good)))!.seed).toBe(1)
  const broken = [Buffer.from("no features"), features([0, 1], [1, 2, 3], 1).subarray(0, 40)]
  expect((await embeddingOf(await armWith(broken[0]!, good)))!.seed).toBe(2)
  expect(await embeddingOf(await armWith(...broken))).toBeNull()
})

test.each([
  [
    "of unlike width",
    encodeSafetensors({
      source: { shape: [1, 2], values: new Float32Array(2) },
      target: { shape: [1, 3], values: new Float32Array(3) },
    }),
  ],
  ["of one domain", encodeSafetensors({ source: { shape: [2, 1], values: new Float32Array(2) } })],
  ["that are not finite", features([0, Number.NaN], [1, 2], 2)],
])("features %s are not shown", async (_name, bytes) => {
  expect(await embeddingOf(await armWith(bytes))).toBeNull()
})
