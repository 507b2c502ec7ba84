import { type Options, use } from "@saddlepoint/core/contracts/plugin"
import type { DatasetUse, labelledPoints } from "./formats/fields.ts"
import { realOption } from "./formats/options.ts"
import { furthestNormal, type PointOptions, pointDomain } from "./generators/pointDomain.ts"

export interface RotatedGaussiansOptions extends PointOptions {
  /** Standard deviation of each class in every direction, 0.01 to 2; the means are 2 apart. */
  readonly spread: number
}

/**
 * Two round normal distributions about (-1, 0) and (1, 0), turned by `angle`. With `Phi` the normal distribution function, the
 * best classifier of a domain is right with probability `Phi(1 / spread)`, and the best classifier of angle `a` is right on
 * angle `b` with probability `Phi(cos(b - a) / spread)`: a normal projected on a line stays normal, and its mean lies
 * `cos(b - a)` from the boundary.
 *
 * Fields: `point` float32 `[2]`; `label` int32 `[]` in [0, 2).
 */
export const rotatedGaussiansPlugin = pointDomain<RotatedGaussiansOptions>({
  name: "rotatedGaussians",
  version: 2,
  classes: ["left", "right"],
  options: { spread: realOption(0.01, 2, 0.4) },
  identity: ({ spread }) => [spread],
  reach: ({ spread }) => 1 + Math.SQRT2 * furthestNormal * spread,
  draw(label, source, { spread }) {
    const mean = label === 0 ? -1 : 1
    return [mean + spread * source.normal(), spread * source.normal()]
  },
})

/** Chooses rotated Gaussians; every option may be left out. */
export function rotatedGaussians(
  options: Partial<Options<RotatedGaussiansOptions>> = {},
): DatasetUse<typeof labelledPoints, true> {
  return use(rotatedGaussiansPlugin, { ...options })
}
