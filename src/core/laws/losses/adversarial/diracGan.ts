import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import type { AdversarialFacts } from "../../../contracts/loss.ts"
import { expectClose } from "../../closeness.ts"
import type { Case } from "../../law.ts"
import { casesOf, examplesWith, over, tensorsOf } from "../cases.ts"
import type { ExaminedLoss, LossFunction, LossLaw } from "../examined.ts"
import { besideScores } from "./besideScores.ts"

type Adversarial = ExaminedLoss<"adversarial">

/** How far from the equilibrium the field is looked at: its terms beyond the linear ones are of the square of it, relative to these. */
const step = 2 ** -8

/** Directions in the plane of generator and discriminator. */
const directions = fc
  .tuple(fc.integer({ min: -4, max: 4 }), fc.integer({ min: -4, max: 4 }))
  .filter(([theta, psi]) => theta !== 0 || psi !== 0)
  .map(([theta, psi]) => [theta / 4, psi / 4])

/**
 * The Dirac-GAN of Mescheder et al. 2018 ("Which training methods for GANs do actually converge?", definition 2.1): all data lie at 0, the
 * generator makes theta, and the discriminator is `D(x) = psi x`, so that real scores are 0 and fake ones `psi theta`. With the values
 * `V_D(real, fake)` and `V_G(real, fake)` of both sides at constant scores, simultaneous descent moves along
 * `v = (-dV_G/dtheta, -dV_D/dpsi) = (-psi V_G'(psi theta), -theta V_D'(psi theta))` with slopes in the fake score, whose Jacobian at the
 * equilibrium (0, 0) is `[[0, -V_G'], [-V_D', 0]]`, with eigenvalues `+-sqrt(V_G' V_D')`: imaginary where the players want opposite things
 * (lemma 2.3), as they then circle. Where V_D' and V_G' have the sign that `opponentSign` and `learnerSign` want, they do.
 */
export const diracGan: LossLaw<"adversarial"> = {
  name: "diracGan",
  statement:
    "Near the equilibrium of the Dirac-GAN both players' simultaneous descent turns as the slopes of the declared values say (`laws.values`).",
  roles: ["adversarial"],
  applies({ laws: { values } }) {
    if (typeof values !== "function")
      return "its values are declared at no more than some scores (a function laws.values has a slope)"
    return (
      slopesAtZero(values) !== undefined || "its values have a kink at scores of 0, and so no linear field"
    )
  },
  property: (loss) => {
    const slopes = slopesAtZero(loss.laws.values as Plain)!
    const cases = casesOf(loss, {
      spread: false,
      inputs: besideScores(loss),
      besides: { direction: directions },
    })
    return over(cases, (one) => {
      const [theta, psi] = one.direction as readonly [number, number]
      for (const side of loss.sides) {
        const at = (distance: number) => velocity(loss, side, one, [theta * distance, psi * distance])
        const slope = (at(step) - at(-step)) / (2 * step)
        const predicted = side.side === "learner" ? -slopes.learner * psi : -slopes.opponent * theta
        expectClose(
          `the change of ${side.side === "learner" ? "theta" : "psi"}'s velocity along (theta, psi) = (${theta}, ${psi})`,
          [slope],
          [predicted],
          { absolute: 1e-3, relative: 1e-3 },
        )
      }
    })
  },
}

type Plain = Extract<AdversarialFacts["values"], (...scores: never[]) => unknown>

/** `V_D'` and `V_G'` at scores of 0, by differences of the declared values; nothing where those ahead and behind are not alike. */
function slopesAtZero(values: Plain): { readonly opponent: number; readonly learner: number } | undefined {
  const h = 1e-4
  const [behind, centre, ahead] = [values(0, -h), values(0, 0), values(0, h)]
  const slopes = ([0, 1] as const).map((side) => [
    (centre[side] - behind[side]) / h,
    (ahead[side] - centre[side]) / h,
  ])
  if (slopes.some(([before, after]) => Math.abs(after! - before!) > 0.1)) return undefined
  const [opponent, learner] = slopes.map(([before, after]) => (before! + after!) / 2)
  return { opponent: opponent!, learner: learner! }
}

/** Where a side moves its own number of the two: the negative gradient of its loss. */
function velocity(
  loss: Adversarial,
  side: LossFunction,
  one: Case,
  [theta, psi]: readonly [number, number],
): number {
  const beside = tensorsOf(loss, one)
  const descent = (of: (own: tf.Scalar) => { readonly theta: tf.Scalar; readonly psi: tf.Scalar }) =>
    tf.grad((own) => {
      const { theta, psi } = of(own as tf.Scalar)
      const data = tf.zeros([...one.shape!])
      const generated = tf.mul(tf.ones([...one.shape!]), theta)
      const scores = { ...beside, real: tf.mul(data, psi), fake: tf.mul(generated, psi) }
      return tf.mean(side.of(examplesWith(loss, one, scores)))
    })
  const slope =
    side.side === "learner"
      ? descent((own) => ({ theta: own, psi: tf.scalar(psi) }))(tf.scalar(theta))
      : descent((own) => ({ theta: tf.scalar(theta), psi: own }))(tf.scalar(psi))
  return -slope.dataSync()[0]!
}
