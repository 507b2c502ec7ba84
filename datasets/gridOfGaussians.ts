import { type Options, use } from "@saddlepoint/core/contracts/plugin"
import type { DatasetUse, labelledPoints } from "./formats/fields.ts"
import { realOption, wholeOption } from "./formats/options.ts"
import { gaussianMixture } from "./generators/gaussianMixture.ts"
import type { GeneratedOptions } from "./generators/generatedSet.ts"

export interface GridOfGaussiansOptions extends GeneratedOptions {
  /** Gaussians along a side of the grid, 1 to 16. */
  readonly side: number
  /** Distance of neighbours. */
  readonly spacing: number
  /** Standard deviation of each of them. */
  readonly deviation: number
}

/**
 * Gaussians on a square grid about the origin. By default 25, 2 apart with a standard deviation of 0.05 (PacGAN, Lin et al. 2018, section 4.1; WGAN-GP's
 * toy), all over 4, so that the corners lie at (-1, -1) to (1, 1).
 *
 * Fields: `point` float32 `[2]`; `label` int32 `[]`, the mode, row by row from the lowest.
 */
export const gridOfGaussiansPlugin = gaussianMixture<GridOfGaussiansOptions>({
  name: "gridOfGaussians",
  version: 1,
  options: {
    side: wholeOption(1, 16, 5),
    spacing: realOption(1e-3, 100, 0.5),
    deviation: realOption(1e-4, 10, 0.0125),
  },
  identity: ({ side, spacing, deviation }) => [side, spacing, deviation],
  mixture: ({ side, spacing, deviation }) => ({
    deviation,
    centres: Array.from({ length: side * side }, (_, mode) => {
      const [row, column] = [Math.floor(mode / side), mode % side]
      return [spacing * (column - (side - 1) / 2), spacing * (row - (side - 1) / 2)]
    }),
  }),
})

/** Chooses the grid; every option may be left out. */
export function gridOfGaussians(
  options: Partial<Options<GridOfGaussiansOptions>> = {},
): DatasetUse<typeof labelledPoints, true> {
  return use(gridOfGaussiansPlugin, { ...options })
}
