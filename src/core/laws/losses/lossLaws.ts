import type { Role } from "../../contracts/loss.ts"
import { closedForm } from "./adversarial/closedForm.ts"
import { diracGan } from "./adversarial/diracGan.ts"
import { heldBack } from "./adversarial/heldBack.ts"
import { leastValues } from "./adversarial/leastValues.ts"
import { lipschitz } from "./adversarial/lipschitz.ts"
import { margin } from "./adversarial/margin.ts"
import { shiftInvariance } from "./adversarial/shiftInvariance.ts"
import { learnerSign, opponentSign } from "./adversarial/sign.ts"
import { classPermutation } from "./classification/classPermutation.ts"
import { ahead, certain, undecided } from "./classification/closedForms.ts"
import { towardsLabel } from "./classification/towardsLabel.ts"
import { constantSlope } from "./critic/constantSlope.ts"
import { flatterCritics } from "./critic/flatterCritics.ts"
import { neverNegative } from "./critic/neverNegative.ts"
import { vanishing } from "./critic/vanishing.ts"
import { equalDomains } from "./domains/equalDomains.ts"
import { rowPermutation } from "./domains/rowPermutation.ts"
import { symmetry } from "./domains/symmetry.ts"
import type { LossLaw } from "./examined.ts"
import { batchPermutation } from "./general/batchPermutation.ts"
import { definition } from "./general/definition.ts"
import { finite } from "./general/finite.ts"
import { gradient } from "./general/gradient.ts"
import { independentExamples } from "./general/independentExamples.ts"
import { meanOverPositions } from "./general/meanOverPositions.ts"
import { repeatable } from "./general/repeatable.ts"
import { rounding } from "./general/rounding.ts"
import { shape } from "./general/shape.ts"
import { steady } from "./general/steady.ts"
import { constantValue } from "./regulariser/constantValue.ts"
import { least } from "./regulariser/least.ts"
import { constantDifference } from "./target/constantDifference.ts"
import { constantImages } from "./target/constantImages.ts"
import { flatAtTarget } from "./target/flatAtTarget.ts"
import { leastAtTarget } from "./target/leastAtTarget.ts"
import { towardsTarget } from "./target/towardsTarget.ts"
import { valueAtTarget } from "./target/valueAtTarget.ts"

/** The laws of losses, in the order in which reports show them: what a broken loss is about comes first. */
export const lossLaws: readonly LossLaw[] = [
  shape,
  finite,
  repeatable,
  steady,
  gradient,
  rounding,
  meanOverPositions,
  independentExamples,
  batchPermutation,
  valueAtTarget,
  leastAtTarget,
  flatAtTarget,
  towardsTarget,
  constantDifference,
  constantImages,
  closedForm,
  opponentSign,
  learnerSign,
  margin,
  shiftInvariance,
  lipschitz,
  leastValues,
  heldBack,
  diracGan,
  constantSlope,
  vanishing,
  flatterCritics,
  neverNegative,
  undecided,
  certain,
  ahead,
  towardsLabel,
  classPermutation,
  symmetry,
  equalDomains,
  rowPermutation,
  definition,
  least,
  constantValue,
]

/** The laws of a loss's role. */
export function lawsOfRole(role: Role): readonly LossLaw[] {
  return lossLaws.filter(({ roles }) => roles.includes(role))
}
