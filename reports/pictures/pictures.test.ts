import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import sharp from "sharp"
import { afterAll, beforeAll, expect, test } from "vitest"
import { studyOf } from "../findings/study.ts"
import { syntheticFindings } from "../testing/syntheticFindings.ts"
import { picturesOf } from "./pictures.ts"

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "saddlepoint-pictures-"))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

/** One arm whose trial has a grid of flat colours: red input, green output, blue target. */
async function armWith(grid: {
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
  return studyOf({ ...findings, trials }).arms
}

test.each([
  { side: 64, gap: 2, examples: 6 }, // as the lab writes them
  { side: 64, gap: 0, examples: 4 },
  { side: 32, gap: 3, examples: 1 },
])("a grid of $examples rows of $side px with gaps of $gap px is cut into its columns", async (grid) => {
  const pictures = await picturesOf(await armWith(grid))
  expect(pictures).toMatchObject({ examples: grid.examples, missing: [] })
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
  expect(await picturesOf(await armWith({ side: 64, gap: 2, examples: 2, cut: 2 }))).toBeNull()
})
