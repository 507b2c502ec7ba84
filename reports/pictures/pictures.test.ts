import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import sharp from "sharp"
import { afterAll, beforeAll, expect, test } from "vitest"
import { studyOf } from "../findings/study.ts"
import { syntheticFindings } from "../testing/syntheticFindings.ts"
import type { Examples } from "./examples.ts"
import { picturesOf } from "./pictures.ts"
import type { Sheets } from "./sheets.ts"

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "saddlepoint-pictures-"))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

/** A study of one arm whose trial has a grid of flat colours: red input, green output, blue target. */
async function studyWith(grid: {
  readonly side: number
  readonly gap: number
  readonly examples: number
  readonly cut?: number
}) {
  const { side, gap, examples, cut = 0 } = grid
  const tiles = Array.from({ length: 3 * examples }, (_, i) => ({
    input: {
      create: {
        width: side,
        height: side,
        channels: 3 as const,
        background: ["#ff0000", "#00ff00", "#0000ff"][i % 3]!,
      },
    },
    left: (i % 3) * (side + gap),
    top: Math.floor(i / 3) * (side + gap),
  }))
  const width = 3 * (side + gap) - gap
  const height = examples * (side + gap) - gap
  const name = `${side}-${gap}-${examples}-${cut}.png`
  const whole = await sharp({ create: { width, height, channels: 3, background: "#ffffff" } })
    .composite(tiles)
    .png()
    .toBuffer()
  await sharp(whole)
    .extract({ left: 0, top: 0, width: width - cut, height })
    .toFile(join(folder, name))
  const findings = await syntheticFindings({
    arms: { l1: ["baseline", 1, 1, 1, 1] },
    seeds: [1],
    comparisons: [],
  })
  const [trial] = findings.trials
  const trials = [{ ...trial!, folder, result: { ...trial!.result!, artifacts: { grid: name } } }]
  return studyOf({ ...findings, trials })
}

test.each([
  { side: 64, gap: 2, examples: 6 }, // as the lab writes them
  { side: 64, gap: 0, examples: 4 },
  { side: 32, gap: 3, examples: 1 },
])("a grid of $examples rows of $side px with gaps of $gap px is cut into its columns", async (grid) => {
  const [pictures, ...others] = (await picturesOf(await studyWith(grid))) as Examples[]
  expect(others).toEqual([])
  expect(pictures).toMatchObject({ kind: "pairs", examples: grid.examples, missing: [] })
  const strips = [pictures!.input, pictures!.arms[0]!.output, pictures!.target]
  for (const [index, { uri, width }] of strips.entries()) {
    expect(width).toBe(grid.side)
    const bytes = Buffer.from(uri.slice(uri.indexOf(",") + 1), "base64")
    const { channels } = await sharp(bytes)
      .extract({ left: 0, top: 0, width: grid.side, height: grid.side })
      .stats()
    for (const [channel, { mean }] of channels.slice(0, 3).entries()) {
      // WebP loses a little.
      expect(Math.abs(mean - (channel === index ? 255 : 0))).toBeLessThan(8)
    }
  }
})

test("a picture that is no grid of three columns is not cut", async () => {
  expect(await picturesOf(await studyWith({ side: 64, gap: 2, examples: 2, cut: 2 }))).toEqual([])
})

const small = {
  arms: { l1: ["baseline", 1, 1, 1, 1], gan: ["challenger", 1, 1, 1, 1] },
  seeds: [1, 2],
  comparisons: [],
} as const

test("the record says what the arms answer with: samples and pictures are sheets of their own, beside real ones", async () => {
  for (const answers of ["samples", "picture"] as const) {
    const findings = await syntheticFindings({ ...small, answers, folder: join(folder, answers) })
    const [pictures] = (await picturesOf(studyOf(findings))) as Sheets[]
    expect(pictures).toMatchObject({ kind: answers, missing: [] })
    expect(pictures!.arms.map(({ arm, seed }) => [arm.name, seed])).toEqual([
      ["l1", 1],
      ["gan", 1],
    ])
    // Eight images of 28 px and seven gaps of 2 px, or one image.
    const side = answers === "samples" ? 238 : 28
    for (const { sheet } of pictures!.arms) expect([sheet.width, sheet.height]).toEqual([side, side])
    expect(pictures!.real).toMatchObject({ width: side, height: side })
  }
})

test("a grid of translations has the columns of one of pairs, and its own kind", async () => {
  const findings = await syntheticFindings({
    ...small,
    answers: "translations",
    folder: join(folder, "translations"),
  })
  expect(await picturesOf(studyOf(findings))).toMatchObject([
    { kind: "translations", examples: 4, arms: [{}, {}] },
  ])
})

test("arms that answer differently have pictures of their own kind each, and an arm without a record is like the others", async () => {
  const pairs = await syntheticFindings({ ...small, answers: "pairs", folder: join(folder, "mixed") })
  const samples = await syntheticFindings({ ...small, answers: "samples", folder: join(folder, "mixed2") })
  const trials = [
    ...pairs.trials.filter(({ arm }) => arm === "l1"),
    ...samples.trials.filter(({ arm }) => arm === "gan"),
  ]
  expect(await picturesOf(studyOf({ ...pairs, trials }))).toMatchObject([
    { kind: "pairs" },
    { kind: "samples" },
  ])
  const lost = samples.trials.map((trial) => {
    if (trial.arm !== "gan") return trial
    const { answers: _, result: __, ...rest } = trial
    return { ...rest, status: "failed" as const }
  })
  expect(await picturesOf(studyOf({ ...samples, trials: lost }))).toMatchObject([
    { kind: "samples", arms: [{ seed: 1 }], missing: ["gan: no completed trial has a picture."] },
  ])
})
