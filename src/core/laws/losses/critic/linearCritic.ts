import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import type { Case } from "../../law.ts"
import { casesOf, examplesWith, fill, tensorsOf } from "../cases.ts"
import type { ExaminedLoss, Examples, LossFunction } from "../examined.ts"

/** Cases with images and a direction in which a linear critic rises, and what a law needs besides. */
export function linearCases(
  loss: ExaminedLoss<"critic">,
  besides: Readonly<Record<string, fc.Arbitrary<number[]>>> = {},
): fc.Arbitrary<Case> {
  const rising = fc.array(fc.constantFrom(1, -1, 0), { minLength: 0, maxLength: 7 })
  // The first weight is never 0, so that the direction is one
  return casesOf(loss, {
    inputs: ["real", "fake"],
    besides: { rising: rising.map((more) => [1, ...more]), ...besides },
  })
}

/** A case's images, and the weights of a linear critic whose gradient has the norm everywhere: `score(x) = weights . x`. */
export function linearExamples(loss: ExaminedLoss<"critic">, one: Case, norm: number): Examples {
  const [, ...sides] = one.shape!
  const direction = fill(one.rising!, [tf.util.sizeFromShape(sides), 1])
  const weights = tf.mul(direction, norm / Math.hypot(...direction.dataSync()))
  return examplesWith(loss, one, { ...tensorsOf(loss, one), weights })
}

/** The sides of a penalty, as they see a linear critic. */
export function onLinearCritic(loss: ExaminedLoss<"critic">): readonly LossFunction[] {
  return loss.seeing(({ real, fake, weights }) => ({
    real: real!,
    fake: fake!,
    score: (seen) => tf.matMul(tf.reshape(seen, [seen.shape[0]!, -1]) as tf.Tensor2D, weights as tf.Tensor2D),
  }))
}
