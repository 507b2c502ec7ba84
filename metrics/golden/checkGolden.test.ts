import { createHash } from "node:crypto"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { checkGolden } from "./checkGolden.ts"

let path: string
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), "saddlepoint-golden-"))
})
afterEach(() => rm(path, { recursive: true }))

const write = (file: string, content: unknown) => writeFile(join(path, file), JSON.stringify(content))

/** A Frechet distance between N(1, 1) and N(3, 4): (1 - 3)^2 + (1 - 2)^2 = 5. */
const gaussians = (id: string, expected: number, mean: unknown = [1]) => ({
  id,
  kind: "moments",
  d: 1,
  inputs: { mu1: mean, sigma1: [[1]], mu2: [3], sigma2: [[4]] },
  expected,
  abs_tol: 1e-12,
})

test("right numbers pass, and the nearest to its tolerance is named first", async () => {
  await write("frechet.json", { cases: [gaussians("exact", 5), gaussians("close", 5 + 5e-13)] })
  const report = await checkGolden(path)
  expect(report).toMatchObject({ checked: 2, failed: 0, problems: [] })
  expect(report.worst.map((each) => each.case)).toEqual(["frechet/close", "frechet/exact"])
  expect(report.worst[1]).toEqual({ case: "frechet/exact", error: 0, tolerance: 1e-12 })
})

test("wrong numbers fail and are named first, the worst before the others", async () => {
  await write("frechet.json", {
    cases: [gaussians("right", 5), gaussians("wrong", 5.001), gaussians("worse", 6)],
  })
  const { checked, failed, worst } = await checkGolden(path)
  expect([checked, failed]).toEqual([3, 2])
  expect(worst.map((each) => each.case)).toEqual(["frechet/worse", "frechet/wrong", "frechet/right"])
  expect(worst[0]!.error).toBeCloseTo(1, 12)
})

test("a reference that is not a number fails, and is the worst of all", async () => {
  await write("frechet.json", {
    cases: [gaussians("wrong", 6), { ...gaussians("none", 0), expected: "NaN" }],
  })
  const { failed, worst } = await checkGolden(path)
  expect(failed).toBe(2)
  expect(worst[0]!.case).toBe("frechet/none")
})

test("topics are checked one after the other, and each is announced", async () => {
  await write("kid.json", { cases: [] })
  await write("frechet.json", { cases: [gaussians("right", 5)] })
  const announced: string[] = []
  await checkGolden(path, (topic) => announced.push(topic))
  expect(announced).toEqual(["frechet", "kid"])
})

test("files are held to the digests of the index", async () => {
  await write("frechet.json", { cases: [gaussians("right", 5)] })
  const text = JSON.stringify({ cases: [gaussians("right", 5)] })
  const sha256 = createHash("sha256").update(text).digest("hex")
  await write("index.json", { files: { "frechet.json": { sha256 } } })
  expect(await checkGolden(path)).toMatchObject({ checked: 2, failed: 0 })
  await write("index.json", { files: { "frechet.json": { sha256 }, "gone.bin": { sha256 } } })
  const { failed, worst } = await checkGolden(path)
  expect(failed).toBe(1)
  expect(worst[0]).toEqual({ case: "index/gone.bin", error: 1, tolerance: 0 })
  await write("index.json", { files: { "frechet.json": { sha256: "0".repeat(64) } } })
  expect((await checkGolden(path)).worst[0]!.case).toBe("index/frechet.json")
})

test("an unknown topic counts as failed, with a sentence, and the others are checked", async () => {
  await write("frechet.json", { cases: [gaussians("right", 5)] })
  await write("novel.json", { cases: [] })
  const { checked, failed, problems } = await checkGolden(path)
  expect([checked, failed]).toEqual([2, 1])
  expect(problems).toEqual([
    expect.stringMatching(/^Expected a topic of adaptation, .+, stats, but got novel\.$/),
  ])
})

test("a truncated array counts as failed, with a sentence that names it", async () => {
  await writeFile(join(path, "mean.bin"), new Uint8Array(4))
  await write("frechet.json", {
    cases: [gaussians("cut", 5, { file: "mean.bin", dtype: "float64", shape: [1] })],
  })
  const { failed, problems } = await checkGolden(path)
  expect(failed).toBe(1)
  expect(problems).toEqual([
    "frechet: Expected mean.bin to hold float64 [1], 8 bytes, but it has 4; copy the folder again.",
  ])
})

test("a missing array and JSON that is cut off count as failed, each with a sentence", async () => {
  await write("frechet.json", {
    cases: [gaussians("gone", 5, { file: "gone.bin", dtype: "float64", shape: [1] })],
  })
  await writeFile(join(path, "kid.json"), '{"cases": [')
  const { failed, problems } = await checkGolden(path)
  expect(failed).toBe(2)
  expect(problems[0]).toContain("gone.bin")
  expect(problems[1]).toMatch(/^kid: /)
})

test("a topic without numbers counts as failed", async () => {
  await write("frechet.json", { cases: [] })
  expect(await checkGolden(path)).toEqual({
    checked: 1,
    failed: 1,
    worst: [],
    problems: ["Expected reference numbers in frechet.json, but got none."],
  })
})

test("a folder without topics, or none at all, is refused in one sentence", async () => {
  await write("index.json", { files: {} })
  for (const folder of [path, join(path, "nowhere")]) {
    await expect(checkGolden(folder)).rejects.toThrow(
      `Expected a folder with reference numbers (frechet.json, kid.json, ...), but ${folder} has none; give the folder that holds them.`,
    )
  }
})
