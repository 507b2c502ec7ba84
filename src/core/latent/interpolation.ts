/** Numbers of a latent vector, as any kind of array. */
export type Latent = ArrayLike<number>

/** A way between two latent vectors. */
export type Interpolation = (a: Latent, b: Latent, t: number) => Float64Array

/** Below this sine of the angle between two vectors their directions are one, or opposite, as far as float64 tells. */
const smallestSine = 1e-6

/**
 * Linear interpolation, `(1 - t) a + t b`: the chord. Between two draws from N(0, I) of many dimensions its middle is shorter than any draw, by a factor of
 * 1 / sqrt(2) on average (White 2016), where a generator was hardly trained.
 *
 * @param t from 0, which gives `a` exactly, to 1, which gives `b` exactly
 * @returns float64 `[size]`
 * @throws RangeError in one sentence when sizes differ or `t` is not in [0, 1]
 */
export const lerp: Interpolation = (a, b, t) => {
  check(a, b, t)
  return blend(a, b, [1 - t, t])
}

/**
 * Spherical linear interpolation, `sin((1 - t) w) / sin(w) a + sin(t w) / sin(w) b` with the angle `w` between `a` and `b` (Shoemake 1985; of latent vectors White
 * 2016): the arc, whose points are as long as its ends where these are equally long. Where `sin(w)` is nearly 0 there is no arc or no one arc,
 * and it is `lerp`, as in White's code; between opposite vectors that leads through 0.
 *
 * @param t from 0, which gives `a` exactly, to 1, which gives `b` exactly
 * @returns float64 `[size]`
 * @throws RangeError in one sentence when sizes differ or `t` is not in [0, 1]
 */
export const slerp: Interpolation = (a, b, t) => {
  check(a, b, t)
  const angle = angleBetween(a, b)
  const sine = Math.sin(angle)
  if (t === 0 || t === 1 || !(sine > smallestSine)) return blend(a, b, [1 - t, t])
  return blend(a, b, [Math.sin((1 - t) * angle) / sine, Math.sin(t * angle) / sine])
}

/** The ways by their names. */
export const interpolations = { slerp, lerp } as const satisfies Record<string, Interpolation>

/** Euclidean length. */
export function norm(a: Latent): number {
  return Math.hypot(...Array.from(a))
}

/**
 * In [0, pi]; NaN where a vector is 0. By Kahan's formula, `2 atan2(|u - v|, |u + v|)` of the unit vectors: the arc cosine of their product loses half of the
 * digits where they are nearly parallel.
 */
function angleBetween(a: Latent, b: Latent): number {
  const [ofA, ofB] = [norm(a), norm(b)]
  let [apart, together] = [0, 0]
  for (let i = 0; i < a.length; i++) {
    const [u, v] = [a[i]! / ofA, b[i]! / ofB]
    apart += (u - v) ** 2
    together += (u + v) ** 2
  }
  return 2 * Math.atan2(Math.sqrt(apart), Math.sqrt(together))
}

/** A share of 0 counts as nothing and one of 1 as all, so that ends are exact. */
function blend(a: Latent, b: Latent, [ofA, ofB]: readonly [number, number]): Float64Array {
  return Float64Array.from(a, (value, i) => {
    if (ofA === 0) return b[i]!
    return ofB === 0 ? value : ofA * value + ofB * b[i]!
  })
}

function check(a: Latent, b: Latent, t: number): void {
  if (a.length !== b.length) {
    throw new RangeError(
      `Expected latent vectors of one size, but got ${a.length} and ${b.length} numbers; take two of one generator.`,
    )
  }
  if (!(t >= 0 && t <= 1)) {
    throw new RangeError(`Expected a place from 0 to 1 between two latent vectors, but got ${t}.`)
  }
}
