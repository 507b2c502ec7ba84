import { decodeSafetensors } from "@saddlepoint/core/play/safetensors"
import { principalComponents } from "@saddlepoint/metrics/maths/features/principalComponents"
import { artifactOf } from "../artifact.ts"
import type { Arm } from "../study.ts"

/** Features of both domains' first test images in the plane of their first two principal components. */
export interface Embedding {
  readonly arm: Arm
  readonly seed: number
  /** float64 `[images, 2]`, row-major. */
  readonly source: Float64Array
  readonly target: Float64Array
  /** Share of the variance along each of the two, in [0, 1]. */
  readonly shares: readonly [number, number]
}

/** The embedding of an arm's first seed that left features; null where none left any that can be read. */
export async function embeddingOf(arm: Arm): Promise<Embedding | null> {
  for (const trial of arm.trials) {
    const bytes = await artifactOf(trial, "features")
    const projected = bytes === null ? null : projectedFeatures(bytes)
    if (projected !== null) return { arm, seed: trial.seed, ...projected }
  }
  return null
}

/**
 * Projects features, fitted on both domains together so that neither is favoured; null where the bytes are not features of
 * two domains of one width, or not finite.
 * @param bytes a safetensors file with `source` and `target`, each float32 `[images, size]`
 */
function projectedFeatures(bytes: Buffer): Pick<Embedding, "source" | "target" | "shares"> | null {
  try {
    const { source, target } = decodeSafetensors(bytes)
    const size = source!.shape[1]!
    if (target!.shape[1] !== size) return null
    const rows = new Float32Array(source!.values.length + target!.values.length)
    rows.set(source!.values)
    rows.set(target!.values, source!.values.length)
    const { scores, shares } = principalComponents(rows, size, Math.min(2, size))
    const plane =
      size < 2
        ? Float64Array.from({ length: 2 * scores.length }, (_, at) => (at % 2 ? 0 : scores[at / 2]!))
        : scores
    const border = 2 * source!.shape[0]!
    return {
      source: plane.slice(0, border),
      target: plane.slice(border),
      shares: [shares[0]!, shares[1] ?? 0],
    }
  } catch {
    return null
  }
}
