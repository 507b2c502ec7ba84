import { type Options, use } from "@saddlepoint/core/contracts/plugin"
import type { DatasetUse, labelledPoints } from "./formats/fields.ts"
import { realOption } from "./formats/options.ts"
import { furthestNormal, type PointOptions, pointDomain } from "./generators/pointDomain.ts"

export interface TwoMoonsOptions extends PointOptions {
  /** Standard deviation of the normal noise on each coordinate, 0 to 1. */
  readonly noise: number
}

/**
 * Two interleaved half circles of radius 1 (scikit-learn's `make_moons`), moved so that their centre of symmetry is the
 * origin, and turned by `angle`: class 0 is `(cos t - 1/2, sin t - 1/4)`, class 1 is `(1/2 - cos t, 1/4 - sin t)`, with `t` uniform
 * on `[0, pi]`, and noise on both coordinates.
 *
 * Fields: `point` float32 `[2]`; `label` int32 `[]` in [0, 2).
 */
export const twoMoonsPlugin = pointDomain<TwoMoonsOptions>({
  name: "twoMoons",
  version: 2,
  classes: ["upper", "lower"],
  options: { noise: realOption(0, 1, 0.1) },
  identity: ({ noise }) => [noise],
  // The furthest points of the half circles are their ends, (-3/2, -1/4) and its mirror image.
  reach: ({ noise }) => Math.hypot(1.5, 0.25) + Math.SQRT2 * furthestNormal * noise,
  draw(label, source, { noise }) {
    const angle = Math.PI * source.uniform()
    const side = label === 0 ? 1 : -1
    return [
      side * (Math.cos(angle) - 0.5) + noise * source.normal(),
      side * (Math.sin(angle) - 0.25) + noise * source.normal(),
    ]
  },
})

/** Chooses two moons; every option may be left out. */
export function twoMoons(
  options: Partial<Options<TwoMoonsOptions>> = {},
): DatasetUse<typeof labelledPoints, true> {
  return use(twoMoonsPlugin, { ...options })
}
