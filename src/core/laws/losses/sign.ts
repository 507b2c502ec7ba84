import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import type { AdversarialLoss } from "../../contracts/loss.ts"
import { expectAtMost } from "../closeness.ts"
import type { Case, Law } from "../law.ts"
import { fill, list, over, shapesOf, tensorsOf } from "./cases.ts"
import { type Inputs, type Side, sidesOf, valuesOf } from "./side.ts"

export const discriminatorSign: Law<AdversarialLoss> = {
  name: "discriminatorSign",
  statement: "The discriminator's loss never rises when real scores rise, nor when fake scores fall.",
  applies: () => true,
  property: (loss) => {
    const [low, high] = rangeOf(loss)
    return over(casesWithRises(loss), (one) => {
      const scores = tensorsOf(loss, one)
      const rise = fill(one.rise!, one.shape!)
      const [side] = sidesOf(loss)
      const moves = {
        "real scores rose": { real: tf.minimum(tf.add(scores.real!, rise), high) },
        "fake scores fell": { fake: tf.maximum(tf.sub(scores.fake!, rise), low) },
      }
      for (const [move, moved] of Object.entries(moves)) neverRises(loss, side!, scores, moved, move)
    })
  },
}

export const generatorSign: Law<AdversarialLoss> = {
  name: "generatorSign",
  statement: "The generator's loss never rises when fake scores rise.",
  applies: () => true,
  property: (loss) => {
    const [, high] = rangeOf(loss)
    return over(casesWithRises(loss), (one) => {
      const scores = tensorsOf(loss, one)
      const fake = tf.minimum(tf.add(scores.fake!, fill(one.rise!, one.shape!)), high)
      const [, side] = sidesOf(loss)
      neverRises(loss, side!, scores, { fake }, "fake scores rose")
    })
  },
}

/** Where nothing else is declared, scores as trained discriminators give them. */
function rangeOf(loss: AdversarialLoss): readonly [number, number] {
  return loss.laws.monotoneBetween ?? [-8, 8]
}

function casesWithRises(loss: AdversarialLoss): fc.Arbitrary<Case> {
  const [low, high] = rangeOf(loss)
  const eighth = (high - low) / 8
  const scores = list(fc.integer({ min: -4, max: 4 }).map((eighths) => (low + high) / 2 + eighths * eighth))
  const rise = list(fc.integer({ min: 1, max: 8 }).map((eighths) => eighths * eighth))
  return fc.record({ shape: shapesOf(loss), real: scores, fake: scores, rise })
}

function neverRises(loss: AdversarialLoss, side: Side, before: Inputs, moved: Inputs, move: string): void {
  expectAtMost(
    `${side.name} after ${move}`,
    valuesOf(loss, side, { ...before, ...moved }),
    valuesOf(loss, side, before),
  )
}
