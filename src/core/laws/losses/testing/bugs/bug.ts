import * as tf from "@saddlepoint/engine/tf"
import type { AdversarialFacts, AnyLoss, LossSide } from "../../../../contracts/loss.ts"
import type { Case } from "../../../law.ts"
import { made, soundLosses, within } from "../soundLosses.ts"

/** A loss with a mistake, and the one law that finds it. */
export interface Bug {
  readonly broken: AnyLoss
  readonly law: string
  /** The smallest, where it says something of the law's cases. */
  readonly counterexample?: Case
}

/** Bugs by what is wrong. */
export type Bugs = Readonly<Record<string, Bug>>

/** Forward the same, backward a share of it; nothing where left out. */
export function detached(x: tf.Tensor, share = 0): tf.Tensor {
  return tf.customGrad((value) => ({
    value: (value as tf.Tensor).clone(),
    gradFunc: (dy) => tf.mul(dy as tf.Tensor, share),
  }))(x)
}

/** Logistic with another opponent. */
export const opposed = (opponent: LossSide<"adversarial">, values: AdversarialFacts["values"] = []) =>
  made("adversarial", "broken", { opponent, learner: soundLosses.logistic.sides.learner!, laws: { values } })

/** A loss of a difference, position by position. */
export const ofDifference = (
  each: (difference: tf.Tensor) => tf.Tensor,
  laws: { readonly smoothAtTarget?: boolean; readonly basin?: number } = {},
) =>
  made("reconstruction", "broken", {
    learner: ({ output, target }) => within(each(tf.sub(output, target))),
    laws: { atTarget: 0, smoothAtTarget: true, ...laws },
  })
