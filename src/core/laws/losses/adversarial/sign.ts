import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { expectAtMost } from "../../closeness.ts"
import type { Case } from "../../law.ts"
import { casesOf, examplesWith, fill, over, tensorsOf } from "../cases.ts"
import { list } from "../draws.ts"
import type { ExaminedLoss, LossFunction, LossLaw } from "../examined.ts"
import type { Inputs } from "../roles/role.ts"
import { valuesOf } from "../values.ts"
import { besideScores } from "./besideScores.ts"

type Adversarial = ExaminedLoss<"adversarial">

export const opponentSign: LossLaw<"adversarial"> = {
  name: "opponentSign",
  statement: "The opponent's loss never rises when real scores rise, nor when fake scores fall.",
  roles: ["adversarial"],
  applies: ({ sides }) =>
    sides.some(({ side }) => side === "opponent") || "the loss has no side of the opponent",
  property: (loss) => {
    const [low, high] = rangeOf(loss)
    return over(casesWithRises(loss), (one) => {
      const scores = tensorsOf(loss, one)
      const rise = fill(one.rise!, one.shape!)
      const moves = {
        "real scores rose": { real: tf.minimum(tf.add(scores.real!, rise), high) },
        "fake scores fell": { fake: tf.maximum(tf.sub(scores.fake!, rise), low) },
      }
      const side = loss.sides.find((one) => one.side === "opponent")!
      for (const [move, moved] of Object.entries(moves)) neverRises(loss, side, one, { moved, move })
    })
  },
}

export const learnerSign: LossLaw<"adversarial"> = {
  name: "learnerSign",
  statement: "The learner's loss never rises when fake scores rise.",
  roles: ["adversarial"],
  applies: ({ sides }) =>
    sides.some(({ side }) => side === "learner") || "the loss has no side of the learner",
  property: (loss) => {
    const [, high] = rangeOf(loss)
    return over(casesWithRises(loss), (one) => {
      const { fake } = tensorsOf(loss, one)
      const moved = { fake: tf.minimum(tf.add(fake!, fill(one.rise!, one.shape!)), high) }
      const side = loss.sides.find((one) => one.side === "learner")!
      neverRises(loss, side, one, { moved, move: "fake scores rose" })
    })
  },
}

/** Where nothing else is declared, scores as undecided and as sure opponents give them. */
function rangeOf({ laws }: Adversarial): readonly [number, number] {
  return laws.monotoneBetween ?? [-20, 20]
}

/** Scores, and rises, in sixteenths of the range. */
function casesWithRises(loss: Adversarial): fc.Arbitrary<Case> {
  const [low, high] = rangeOf(loss)
  const sixteenth = (high - low) / 16
  const scores = list(
    fc.integer({ min: -8, max: 8 }).map((sixteenths) => (low + high) / 2 + sixteenths * sixteenth),
  )
  const rise = list(fc.integer({ min: 1, max: 16 }).map((sixteenths) => sixteenths * sixteenth))
  return casesOf(loss, {
    spread: false,
    inputs: besideScores(loss),
    besides: { real: scores, fake: scores, rise },
  })
}

function neverRises(
  loss: Adversarial,
  side: LossFunction,
  one: Case,
  { moved, move }: { readonly moved: Inputs; readonly move: string },
): void {
  const before = tensorsOf(loss, one)
  expectAtMost(
    `${side.name} after ${move}`,
    valuesOf(side, examplesWith(loss, one, { ...before, ...moved })),
    valuesOf(side, examplesWith(loss, one, before)),
  )
}
