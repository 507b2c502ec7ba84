import type { Latent } from "./interpolation.ts"

/**
 * Truncation, `mean + psi (z - mean)`: less varied, and mostly more typical samples (Karras et al. 2019, appendix B, in their intermediate space). The
 * latents here are drawn from N(0, I), whose mean is 0, so that `z` itself is made shorter.
 *
 * @param psi from 0, where all become the mean, to 1, where nothing changes
 * @param mean 0 where left out
 * @returns float64 `[size]`
 * @throws RangeError in one sentence when `psi` is not in [0, 1], or sizes differ
 */
export function truncated(latent: Latent, psi: number, mean?: Latent): Float64Array {
  if (!(psi >= 0 && psi <= 1)) throw new RangeError(`Expected a truncation from 0 to 1, but got ${psi}.`)
  if (mean !== undefined && mean.length !== latent.length) {
    throw new RangeError(
      `Expected a mean of ${latent.length} numbers, as the latent vector has, but got ${mean.length}.`,
    )
  }
  if (psi === 1) return Float64Array.from(latent)
  return Float64Array.from(latent, (value, i) => {
    const middle = mean?.[i] ?? 0
    return middle + psi * (value - middle)
  })
}
