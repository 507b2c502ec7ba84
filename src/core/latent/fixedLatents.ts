import { stream } from "@saddlepoint/engine/random"

/**
 * Latent vectors from N(0, I) that are the same whenever they are asked for. Each has a stream of its own, `(seed, "latents", index)`, so that more of them leave
 * the first ones as they are.
 *
 * @returns `count` vectors, float64 `[size]` each
 */
export function fixedLatents(seed: number, count: number, size: number): Float64Array[] {
  return Array.from({ length: count }, (_, index) => {
    const numbers = stream(seed, "latents", index)
    return Float64Array.from({ length: size }, () => numbers.normal())
  })
}
