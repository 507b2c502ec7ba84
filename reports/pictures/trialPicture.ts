import type { TrialFinding } from "@saddlepoint/lab/store/reading/findings"
import { artifactOf, namesOutside } from "../findings/artifact.ts"
import type { Arm } from "../findings/study.ts"
import { type Pixels, rgbOf } from "./strip.ts"

/** A picture that a trial left, with the training seed. */
export interface TrialPicture {
  readonly seed: number
  readonly pixels: Pixels
}

/** The trial of an arm whose picture is shown: that of its first seed that completed and left one. */
export function picturedTrial({ trials }: Arm, artifact: string): TrialFinding | undefined {
  return trials.find(
    ({ status, result, folder }) => status === "completed" && result?.artifacts[artifact] && folder,
  )
}

/** A trial's picture; half a sentence where it cannot be shown. */
export async function pictureOf(
  trial: TrialFinding | undefined,
  artifact: string,
): Promise<TrialPicture | string> {
  if (trial === undefined) return "no completed trial has a picture"
  if (namesOutside(trial, artifact)) return "its picture lies outside the attempt's folder"
  const file = await artifactOf(trial, artifact)
  try {
    return { seed: trial.seed, pixels: await rgbOf(file!) }
  } catch {
    return "its picture cannot be read"
  }
}
