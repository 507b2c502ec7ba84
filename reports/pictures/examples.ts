import type { Arm } from "../findings/study.ts"
import { cutGrid, type ExampleGrid } from "./exampleGrid.ts"
import { type Encoding, type Pixels, type Strip, withinBudget } from "./strip.ts"
import { picturedTrial, pictureOf } from "./trialPicture.ts"

/** Of a strip of examples, from best to smallest. */
const encodings: readonly Encoding[] = [
  { width: 256, quality: 90 },
  { width: 192, quality: 80 },
  { width: 128, quality: 70 },
  { width: 96, quality: 55 },
]

/** The same test examples for every arm, each column one below the other. */
export interface Examples {
  readonly kind: "pairs" | "translations" | "classes"
  readonly examples: number
  readonly input: Strip
  /** What the input should become; for translations and classes, images of the other domain, which are no pairs. */
  readonly target: Strip
  readonly arms: readonly { readonly arm: Arm; readonly seed: number; readonly output: Strip }[]
  /** Sentences about arms without a comparable picture. */
  readonly missing: readonly string[]
}

type ArmGrid = ExampleGrid & { readonly arm: Arm; readonly seed: number }

/**
 * Cuts the arms' grids (rows are examples; columns input, output, target) into columns, so that the same examples of
 * all arms stand side by side. Null where no arm has a readable grid. Of methods that answer with classes only those that
 * translate leave a grid, so that others are not missed.
 *
 * @param budget of all strips together, in bytes before base64
 */
export async function examplesOf(
  kind: Examples["kind"],
  arms: readonly Arm[],
  budget: number,
): Promise<Examples | null> {
  const missing: string[] = []
  const grids: ArmGrid[] = []
  for (const arm of arms) {
    const trial = picturedTrial(arm, "grid")
    if (kind === "classes" && trial === undefined) continue
    const grid = await gridOf(arm)
    if (typeof grid === "string") missing.push(`${arm.label}: ${grid}.`)
    else grids.push(grid)
  }
  const [first] = grids
  if (first === undefined) return null
  const same = grids.filter((grid) => {
    const alike = grid.input.equals(first.input) && grid.target.equals(first.target)
    if (!alike) {
      missing.push(`${grid.arm.label}: its picture shows other examples than that of ${first.arm.label}.`)
    }
    return alike
  })
  const columns = [first.input, first.target, ...same.map(({ output }) => output)]
  const strips = await withinBudget(
    columns.map((rgb) => spaced(first, rgb)),
    encodings,
    budget,
  )
  return {
    kind,
    examples: first.examples,
    input: strips[0]!,
    target: strips[1]!,
    arms: same.map(({ arm, seed }, at) => ({ arm, seed, output: strips[at + 2]! })),
    missing,
  }
}

async function gridOf(arm: Arm): Promise<ArmGrid | string> {
  const picture = await pictureOf(picturedTrial(arm, "grid"), "grid")
  if (typeof picture === "string") return picture
  const { data, width, height } = picture.pixels
  const cut = cutGrid(data, width, height)
  return cut === null
    ? `its picture of ${width} x ${height} px is not a grid of three columns`
    : { arm, seed: picture.seed, ...cut }
}

/** One column with a see-through gap between examples. */
function spaced({ width, height: side, examples }: ExampleGrid, rgb: Buffer): Pixels {
  const gap = Math.max(1, Math.round(side / 20))
  const height = examples * (side + gap) - gap
  const data = Buffer.alloc(width * height * 4)
  for (let pixel = 0; pixel * 3 < rgb.length; pixel++) {
    const y = Math.floor(pixel / width)
    const at = (pixel + gap * Math.floor(y / side) * width) * 4
    rgb.copy(data, at, pixel * 3, pixel * 3 + 3)
    data[at + 3] = 255
  }
  return { data, width, height, channels: 4 }
}
