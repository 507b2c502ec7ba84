import type { Roles } from "../contracts/loss.ts"
import type { Values } from "../contracts/player.ts"

/**
 * What a learner shows to adversarial losses. What the opponent says of real examples is computed only for losses that look at it
 * (relativistic ones): applying a network moves its batch statistics.
 */
export function asLearner(fake: Values, judgeReal: () => Values): Roles["adversarial"] {
  let known: Values | undefined
  return {
    fake,
    get real() {
      known ??= judgeReal()
      return known
    },
  }
}
