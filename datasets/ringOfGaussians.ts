import { type Options, use } from "@saddlepoint/core/contracts/plugin"
import type { DatasetUse, labelledPoints } from "./formats/fields.ts"
import { realOption, wholeOption } from "./formats/options.ts"
import { gaussianMixture } from "./generators/gaussianMixture.ts"
import type { GeneratedOptions } from "./generators/generatedSet.ts"

export interface RingOfGaussiansOptions extends GeneratedOptions {
  /** Gaussians on the ring, 1 to 64. */
  readonly modes: number
  readonly radius: number
  /** Standard deviation of each of them. */
  readonly deviation: number
}

/**
 * Gaussians evenly on a circle, the first on the x axis: on which a GAN shows whether it covers all modes (Metz et al. 2017, figure 1). By default 8 of
 * standard deviation 1/30 on a radius of 2/3, which is a radius of 10 and a deviation of 0.5 within [-15, 15], brought to [-1, 1]
 * (configuration `ring8` of github.com/xyfJASON/GANs-Implementations). Others: radius 1, deviation 0.01 (PacGAN); 2 and 0.02, over 1.414 (WGAN-GP).
 *
 * Fields: `point` float32 `[2]`; `label` int32 `[]`, the mode, counted counter-clockwise.
 */
export const ringOfGaussiansPlugin = gaussianMixture<RingOfGaussiansOptions>({
  name: "ringOfGaussians",
  version: 1,
  options: {
    modes: wholeOption(1, 64, 8),
    radius: realOption(0.01, 100, 2 / 3),
    deviation: realOption(1e-4, 10, 1 / 30),
  },
  identity: ({ modes, radius, deviation }) => [modes, radius, deviation],
  mixture: ({ modes, radius, deviation }) => ({
    deviation,
    centres: Array.from({ length: modes }, (_, mode) => {
      const angle = (2 * Math.PI * mode) / modes
      return [radius * Math.cos(angle), radius * Math.sin(angle)]
    }),
  }),
})

/** Chooses the ring; every option may be left out. */
export function ringOfGaussians(
  options: Partial<Options<RingOfGaussiansOptions>> = {},
): DatasetUse<typeof labelledPoints, true> {
  return use(ringOfGaussiansPlugin, { ...options })
}
