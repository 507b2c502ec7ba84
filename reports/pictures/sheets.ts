import type { TrialFinding } from "@saddlepoint/lab/store/reading/findings"
import type { Arm } from "../findings/study.ts"
import { type Encoding, type Strip, withinBudget } from "./strip.ts"
import { picturedTrial, pictureOf } from "./trialPicture.ts"

/** Of a whole sheet, from best to smallest. */
const encodings: readonly Encoding[] = [
  { width: 768, quality: 90 },
  { width: 512, quality: 80 },
  { width: 384, quality: 70 },
  { width: 256, quality: 55 },
]

/** One sheet for every arm: its first samples in rows, its points in the plane, or the one picture that it made. */
export interface Sheets {
  readonly kind: "samples" | "points" | "picture"
  /** As many real test images, where the control that answers with them has left them. */
  readonly real: Strip | null
  readonly arms: readonly { readonly arm: Arm; readonly seed: number; readonly sheet: Strip }[]
  /** Sentences about arms without a picture. */
  readonly missing: readonly string[]
}

/** The artifact that holds the sheet, by the kind of answer. */
const artifacts = { samples: "grid", points: "grid", picture: "picture" } as const

/**
 * The arms' sheets as they are. Null where no arm has a readable one.
 * @param real the control that answers with real images
 * @param budget of all sheets together, in bytes before base64
 */
export async function sheetsOf(
  kind: Sheets["kind"],
  arms: readonly Arm[],
  real: TrialFinding | undefined,
  budget: number,
): Promise<Sheets | null> {
  const artifact = artifacts[kind]
  const missing: string[] = []
  const shown = []
  for (const arm of arms) {
    const picture = await pictureOf(picturedTrial(arm, artifact), artifact)
    if (typeof picture === "string") missing.push(`${arm.label}: ${picture}.`)
    else shown.push({ arm, ...picture })
  }
  if (shown.length === 0) return null
  const truth = real?.answers === kind ? await pictureOf(real, artifact) : "not asked for"
  const truths = typeof truth === "string" ? [] : [truth.pixels]
  const strips = await withinBudget([...truths, ...shown.map(({ pixels }) => pixels)], encodings, budget)
  return {
    kind,
    real: truths.length === 0 ? null : strips[0]!,
    arms: shown.map(({ arm, seed }, at) => ({ arm, seed, sheet: strips[at + truths.length]! })),
    missing,
  }
}
