import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { type Still, stillsAmong } from "@saddlepoint/lab/contracts/stills"
import type { Arm } from "../findings/study.ts"
import { type Encoding, type Pixels, rgbOf, type Strip, withinBudget } from "./strip.ts"

/** Largest sum of all stills in a page, in bytes before base64. */
const budget = 2_500_000

/** Steps that are shown at most: of more, so many are chosen evenly, the last among them. */
const mostSteps = 16

/** Of a still, from best to smallest. */
const encodings: readonly Encoding[] = [
  { width: 512, quality: 90 },
  { width: 384, quality: 80 },
  { width: 256, quality: 70 },
  { width: 160, quality: 50 },
]

/** What arms made of the same draws as they learnt. */
export interface Stills {
  /** In order. */
  readonly steps: readonly number[]
  /** Of each arm that kept some, one for each step; null where it kept none then. */
  readonly arms: readonly {
    readonly arm: Arm
    readonly seed: number
    readonly stills: readonly (Strip | null)[]
  }[]
}

/** The stills of each arm's first seed that kept some; null where none did. */
export async function stillsOf(arms: readonly Arm[]): Promise<Stills | null> {
  const kept = arms.flatMap((arm) => {
    const trial = arm.trials.find(({ result, folder }) => folder && stillsAmong(result?.files).length > 0)
    if (trial === undefined) return []
    return [{ arm, seed: trial.seed, folder: trial.folder!, stills: stillsAmong(trial.result!.files) }]
  })
  const steps = chosen([...new Set(kept.flatMap(({ stills }) => stills.map(({ step }) => step)))])
  const pixels = await Promise.all(
    kept.flatMap(({ folder, stills }) => {
      return steps.map((step) =>
        pixelsOf(
          folder,
          stills.find((still) => still.step === step),
        ),
      )
    }),
  )
  const readable = pixels.filter((each) => each !== null)
  if (readable.length === 0) return null
  const strips = await withinBudget(readable, encodings, budget)
  const whole = pixels.map((each) => (each === null ? null : strips[readable.indexOf(each)]!))
  return {
    steps,
    arms: kept.map(({ arm, seed }, row) => {
      return { arm, seed, stills: whole.slice(row * steps.length, (row + 1) * steps.length) }
    }),
  }
}

function chosen(steps: readonly number[]): readonly number[] {
  const sorted = steps.toSorted((a, b) => a - b)
  if (sorted.length <= mostSteps) return sorted
  return Array.from(
    { length: mostSteps },
    (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (mostSteps - 1))]!,
  )
}

async function pixelsOf(folder: string, still: Still | undefined): Promise<Pixels | null> {
  if (still === undefined) return null
  try {
    return await rgbOf(await readFile(join(folder, still.file)))
  } catch {
    return null
  }
}
