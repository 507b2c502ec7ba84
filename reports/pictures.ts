import { readFile } from "node:fs/promises"
import { resolve, sep } from "node:path"
import type { TrialFinding } from "@saddlepoint/lab/findings"
import sharp from "sharp"
import type { Arm } from "./study.ts"

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

interface Grid {
  readonly arm: Arm
  readonly seed: number
  readonly pixels: Buffer
  readonly width: number
  readonly height: number
}

/**
 * Cuts the arms' grids (rows are examples; columns input, output, target) into columns, so that the same examples of
 * all arms stand side by side. Null when no arm has a readable grid.
 */
export async function picturesOf(arms: readonly Arm[]): Promise<Pictures | null> {
  const missing: string[] = []
  const grids: Grid[] = []
  for (const arm of arms) {
    const trial = arm.trials.find(
      ({ status, result, folder }) => status === "completed" && result?.artifacts.grid && folder,
    )
    const read = trial === undefined ? "no completed trial has a picture" : await readGrid(arm, trial)
    if (typeof read === "string") missing.push(`${arm.label}: ${read}.`)
    else grids.push(read)
  }
  const [first] = grids
  if (first === undefined) return null
  const same: Grid[] = []
  for (const grid of grids) {
    if (await sameExamples(first, grid)) same.push(grid)
    else missing.push(`${grid.arm.label}: its picture shows other examples than that of ${first.arm.label}.`)
  }
  for (const [i, step] of STEPS.entries()) {
    const input = await strip(first, 0, step)
    const target = await strip(first, 2, step)
    const outputs = await Promise.all(
      same.map(async (grid) => ({ arm: grid.arm, seed: grid.seed, output: await strip(grid, 1, step) })),
    )
    const bytes = [input, target, ...outputs.map(({ output }) => output)].reduce(
      (sum, { uri }) => sum + uri.length * 0.75,
      0,
    )
    if (bytes <= BUDGET || i === STEPS.length - 1) {
      const examples = Math.max(1, Math.round(first.height / (first.width / 3)))
      return { examples, input, target, arms: outputs, missing }
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
    if (info.width % 3 !== 0 || info.channels !== 3)
      return `its picture is ${info.width} px wide, not three equal columns`
    return { arm, seed: trial.seed, pixels: data, width: info.width, height: info.height }
  } catch {
    return "its picture cannot be read"
  }
}

const image = ({ pixels, width, height }: Grid) => sharp(pixels, { raw: { width, height, channels: 3 } })

const column = (grid: Grid, index: number) =>
  image(grid).extract({ left: (index * grid.width) / 3, top: 0, width: grid.width / 3, height: grid.height })

async function sameExamples(first: Grid, other: Grid): Promise<boolean> {
  if (first === other) return true
  if (first.width !== other.width || first.height !== other.height) return false
  for (const index of [0, 2]) {
    const [a, b] = await Promise.all([
      column(first, index).raw().toBuffer(),
      column(other, index).raw().toBuffer(),
    ])
    if (!a.equals(b)) return false
  }
  return true
}

/** One column as WebP, never enlarged, with a see-through gap between examples. */
async function strip(grid: Grid, index: number, { width, quality }: (typeof STEPS)[number]): Promise<Strip> {
  const side = grid.width / 3
  const { data, height } = spaced(await column(grid, index).raw().toBuffer(), side, grid.height)
  const { data: webp, info } = await sharp(data, { raw: { width: side, height, channels: 4 } })
    .resize({ width, withoutEnlargement: true })
    .webp({ quality, effort: 4, smartSubsample: true })
    .toBuffer({ resolveWithObject: true })
  return { uri: `data:image/webp;base64,${webp.toString("base64")}`, width: info.width, height: info.height }
}

/** RGBA pixels of square examples, one below the other, with transparent rows between them. */
function spaced(
  rgb: Buffer,
  side: number,
  height: number,
): { readonly data: Buffer; readonly height: number } {
  const examples = height % side === 0 ? height / side : 1
  const rows = height / examples
  const gap = Math.max(1, Math.round(side / 20))
  const total = height + gap * (examples - 1)
  const data = Buffer.alloc(side * total * 4)
  for (let y = 0; y < height; y++) {
    const below = y + gap * Math.floor(y / rows)
    for (let x = 0; x < side; x++) {
      rgb.copy(data, (below * side + x) * 4, (y * side + x) * 3, (y * side + x) * 3 + 3)
      data[(below * side + x) * 4 + 3] = 255
    }
  }
  return { data, height: total }
}
