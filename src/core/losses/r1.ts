import { loss } from "./define.ts"
import { squaredSlope } from "./zeroCentred.ts"

/**
 * R1, the zero-centred gradient penalty on real examples (Mescheder et al. 2018, equation 9): `|grad score(x)|_2^2 / 2`. Its weight is the paper's gamma:
 * `r1(10)` is gamma 10. The authors' code has no factor 1/2 (GAN_stability, `train.py`: `reg_param` 10 is gamma 20).
 */
export const r1 = loss("critic", {
  name: "r1",
  version: 1,
  opponent: ({ real, score }) => squaredSlope(score, real).div(2),
  laws: { constantSlope: (norm) => norm ** 2 / 2, vanishesAt: 0 },
})
