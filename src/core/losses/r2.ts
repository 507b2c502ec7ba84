import { loss } from "./define.ts"
import { squaredSlope } from "./zeroCentred.ts"

/**
 * R2, the zero-centred gradient penalty on generated examples (Mescheder et al. 2018, equation 10): `|grad score(x)|_2^2 / 2`. Its weight is the paper's
 * gamma.
 */
export const r2 = loss("critic", {
  name: "r2",
  version: 1,
  opponent: ({ fake, score }) => squaredSlope(score, fake).div(2),
  laws: { constantSlope: (norm) => norm ** 2 / 2, vanishesAt: 0 },
})
