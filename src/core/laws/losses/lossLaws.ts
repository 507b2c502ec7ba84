import type { Loss } from "../../contracts/loss.ts"
import type { Law } from "../law.ts"
import { batchPermutation } from "./batchPermutation.ts"
import { closedForm } from "./closedForm.ts"
import { finite } from "./finite.ts"
import { gradient } from "./gradient.ts"
import { independentExamples } from "./independentExamples.ts"
import { margin } from "./margin.ts"
import { meanOverPositions } from "./meanOverPositions.ts"
import { shape } from "./shape.ts"
import { discriminatorSign, generatorSign } from "./sign.ts"
import { constantDifference, flatAtTarget, leastAtTarget, towardsTarget, valueAtTarget } from "./target.ts"

/** Laws of every loss, in the order in which reports show them: what a broken loss is about comes first. */
export const everyLossLaws: readonly Law[] = [
  shape,
  finite,
  gradient,
  meanOverPositions,
  independentExamples,
  batchPermutation,
]

export const reconstructionLaws = [
  valueAtTarget,
  leastAtTarget,
  flatAtTarget,
  towardsTarget,
  constantDifference,
]

export const adversarialLaws = [closedForm, discriminatorSign, generatorSign, margin]

/** The laws that a loss must satisfy, by its role. */
export function lawsFor(loss: Loss): readonly Law[] {
  return [...everyLossLaws, ...(loss.role === "reconstruction" ? reconstructionLaws : adversarialLaws)]
}
