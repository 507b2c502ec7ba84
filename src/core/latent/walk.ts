import type { Interpolation, Latent } from "./interpolation.ts"

/** Latent vectors along a way over several stops. */
export interface Walk {
  /** From each stop to the next one: `frames` vectors, the first and the last of them the stops themselves. */
  readonly legs: readonly (readonly Float64Array[])[]
  /** Between two neighbours of a leg, as a share of its way. */
  readonly step: number
}

/**
 * Walks from stop to stop in even steps.
 *
 * @param frames vectors of a leg, its stops included
 * @param way `slerp` or `lerp`
 * @throws RangeError in one sentence when there are fewer than two stops or frames
 */
export function walk(stops: readonly Latent[], frames: number, way: Interpolation): Walk {
  if (stops.length < 2)
    throw new RangeError(`Expected two stops or more to walk between, but got ${stops.length}.`)
  if (!Number.isInteger(frames) || frames < 2) {
    throw new RangeError(`Expected two frames or more from a stop to the next one, but got ${frames}.`)
  }
  const step = 1 / (frames - 1)
  const legs = stops.slice(1).map((stop, index) => {
    const from = stops[index]!
    return Array.from({ length: frames }, (_, frame) => way(from, stop, frame / (frames - 1)))
  })
  return { legs, step }
}
