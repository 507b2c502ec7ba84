import { readFile } from "node:fs/promises"
import { resolve, sep } from "node:path"
import type { TrialFinding } from "@saddlepoint/lab/store/reading/findings"
import sharp from "sharp"
import type { Arm } from "../findings/study.ts"

/** Largest sum of all pictures in a page, in bytes before base64. */
const BUDGET = 5_000_000
/** Widths of a strip and qualities of WebP, from best to smallest, until the budget holds. */
const STEPS = [
  { width: 256, quality: 90 },
  { width: 192, quality: 80 },
  { width: 128, quality: 70 },
  { width: 96, quality: 55 },
] as const

/** A column of example images, one below the other, as a data URI. */
export interface Strip {
  readonly uri: string
  readonly width: number
  readonly height: number
}

/** One arm's answers, from the trial of its first seed that completed. */
export interface ArmPicture {
  readonly arm: Arm
  readonly seed: number
  readonly output: Strip
}

/** The same test examples for every arm. */
export interface Pictures {
  readonly examples: number
  readonly input: Strip
  readonly target: Strip
  readonly arms: readonly ArmPicture[]
  /** Sentences about arms without a comparable picture. */
  readonly missing: readonly string[]
}

/** An arm's picture, cut into columns of RGB pixels: the examples one below the other, without the gaps between them. */
interface Grid {
  readonly arm: Arm
  readonly seed: number
  readonly input: Buffer
  readonly output: Buffer
  readonly target: Buffer
  readonly examples: number
  /** Of one example. */
  readonly width: number
  readonly height: number
}

/**
 * Cuts the arms' grids (rows are examples; columns input, output, target) into columns, so that the same examples of
 * all arms stand side by side. Null when no arm has a readable grid.
 *
 * @param few whether arms without a grid are as expected, and not told of
 */
export async function picturesOf(arms: readonly Arm[], few = false): Promise<Pictures | null> {
  const missing: string[] = []
  const grids: Grid[] = []
  for (const arm of arms) {
    const trial = arm.trials.find(
      ({ status, result, folder }) => status === "completed" && result?.artifacts.grid && folder,
    )
    if (few && trial === undefined) continue
    const read = trial === undefined ? "no completed trial has a picture" : await readGrid(arm, trial)
    if (typeof read === "string") missing.push(`${arm.label}: ${read}.`)
    else grids.push(read)
  }
  const [first] = grids
  if (first === undefined) return null
  const same: Grid[] = []
  for (const grid of grids) {
    if (grid.input.equals(first.input) && grid.target.equals(first.target)) same.push(grid)
    else missing.push(`${grid.arm.label}: its picture shows other examples than that of ${first.arm.label}.`)
  }
  for (const [i, step] of STEPS.entries()) {
    const input = await strip(first, first.input, step)
    const target = await strip(first, first.target, step)
    const outputs = await Promise.all(
      same.map(async (grid) => ({
        arm: grid.arm,
        seed: grid.seed,
        output: await strip(grid, grid.output, step),
      })),
    )
    const bytes = [input, target, ...outputs.map(({ output }) => output)].reduce(
      (sum, { uri }) => sum + uri.length * 0.75,
      0,
    )
    if (bytes <= BUDGET || i === STEPS.length - 1) {
      return { examples: first.examples, input, target, arms: outputs, missing }
    }
  }
  return null
}

async function readGrid(arm: Arm, trial: TrialFinding): Promise<Grid | string> {
  const file = resolve(trial.folder!, trial.result!.artifacts.grid!)
  // A result names files of its own attempt only.
  if (!file.startsWith(resolve(trial.folder!) + sep)) return "its picture lies outside the attempt's folder"
  try {
    const { data, info } = await sharp(await readFile(file))
      .flatten({ background: "#ffffff" })
      .toColourspace("srgb")
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const cut = info.channels === 3 ? cutGrid(data, info.width, info.height) : null
    if (cut === null) return `its picture of ${info.width} x ${info.height} px is not a grid of three columns`
    return { arm, seed: trial.seed, ...cut }
  } catch {
    return "its picture cannot be read"
  }
}

/** Widest gap between images of a grid that is looked for, in pixels. */
const WIDEST_GAP = 8

/** Cuts RGB pixels into three columns of square examples with equal gaps; null where they are no such grid. */
function cutGrid(pixels: Buffer, width: number, height: number): Omit<Grid, "arm" | "seed"> | null {
  for (let gap = 0; gap <= WIDEST_GAP; gap++) {
    const side = (width - 2 * gap) / 3
    const examples = (height + gap) / (side + gap)
    if (!Number.isInteger(side) || side < 1 || !Number.isInteger(examples)) continue
    if (!isBlank(pixels, width, side, gap) || !isBlank(pixels, width, 2 * side + gap, gap)) continue
    const column = (index: number) => {
      const rows = Array.from({ length: examples * side }, (_, row) => {
        const y = row + gap * Math.floor(row / side)
        const start = (y * width + index * (side + gap)) * 3
        return pixels.subarray(start, start + side * 3)
      })
      return Buffer.concat(rows)
    }
    return { input: column(0), output: column(1), target: column(2), examples, width: side, height: side }
  }
  return null
}

/** Whether `gap` columns of pixels from `left` have one colour from top to bottom. */
function isBlank(pixels: Buffer, width: number, left: number, gap: number): boolean {
  const colour = pixels.subarray(left * 3, left * 3 + 3)
  for (let y = 0; y * width * 3 < pixels.length; y++) {
    for (let x = left; x < left + gap; x++) {
      const at = (y * width + x) * 3
      if (pixels.compare(colour, 0, 3, at, at + 3) !== 0) return false
    }
  }
  return true
}

/** One column as WebP, never enlarged, with a see-through gap between examples. */
async function strip(grid: Grid, rgb: Buffer, { width, quality }: (typeof STEPS)[number]): Promise<Strip> {
  const gap = Math.max(1, Math.round(grid.height / 20))
  const height = grid.examples * (grid.height + gap) - gap
  const data = Buffer.alloc(grid.width * height * 4)
  for (let pixel = 0; pixel * 3 < rgb.length; pixel++) {
    const y = Math.floor(pixel / grid.width)
    const at = (pixel + gap * Math.floor(y / grid.height) * grid.width) * 4
    rgb.copy(data, at, pixel * 3, pixel * 3 + 3)
    data[at + 3] = 255
  }
  const { data: webp, info } = await sharp(data, { raw: { width: grid.width, height, channels: 4 } })
    .resize({ width, withoutEnlargement: true })
    .webp({ quality, effort: 4, smartSubsample: true })
    .toBuffer({ resolveWithObject: true })
  return { uri: `data:image/webp;base64,${webp.toString("base64")}`, width: info.width, height: info.height }
}
