import type { Latent } from "./interpolation.ts"

/**
 * The mean of latent vectors, as of a few samples that show one thing: a single one is too noisy for arithmetic (Radford et al. 2016, section 6.3.2, who take
 * three).
 *
 * @returns float64 `[size]`
 * @throws RangeError in one sentence when there is none, or sizes differ
 */
export function meanLatent(latents: readonly Latent[]): Float64Array {
  const [first] = latents
  if (first === undefined) throw new RangeError("Expected latent vectors to take the mean of, but got none.")
  const sum = new Float64Array(first.length)
  for (const latent of latents) {
    sameSize(first, latent)
    for (let i = 0; i < sum.length; i++) sum[i]! += latent[i]!
  }
  return sum.map((value) => value / latents.length)
}

/** Samples that show three things, by their latent vectors. */
export interface Analogy {
  /** As of smiling women. */
  readonly from: readonly Latent[]
  /** As of neutral women. */
  readonly minus: readonly Latent[]
  /** As of neutral men. */
  readonly plus: readonly Latent[]
}

/**
 * `mean(from) - mean(minus) + mean(plus)`, from which a generator may draw what `from` has and `minus` lacks on what `plus` shows (Radford et al. 2016, section
 * 6.3.2, figure 7).
 *
 * @returns float64 `[size]`
 * @throws RangeError in one sentence when one of the three is empty, or sizes differ
 */
export function analogy({ from, minus, plus }: Analogy): Float64Array {
  const [a, b, c] = [meanLatent(from), meanLatent(minus), meanLatent(plus)]
  sameSize(a, b)
  sameSize(a, c)
  return a.map((value, i) => value - b[i]! + c[i]!)
}

function sameSize(a: Latent, b: Latent): void {
  if (a.length === b.length) return
  throw new RangeError(
    `Expected latent vectors of one size, but got ${a.length} and ${b.length} numbers; take those of one generator.`,
  )
}
