import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { shown } from "../../closeness.ts"
import { Broken, type Case } from "../../law.ts"
import { casesOf, examplesOf, overSingle } from "../cases.ts"
import { type ExaminedLoss, everyRole, type LossLaw } from "../examined.ts"
import { gradientOf, valuesOf } from "../values.ts"

/**
 * Calls of each side in a run: 3,000 in the usual 100 runs, as many as a quick look has steps. More would be most of what all laws take, and a
 * plug-in is called anew under each of its examples.
 */
const callsInRun = 30

export const steady: LossLaw = {
  name: "steady",
  statement:
    "However often it was called, 30 times a run, the value and the gradient stay the same, bit for bit.",
  roles: everyRole,
  applies: () => true,
  property: (loss) => {
    const seen = loss.sides.map(() => ({ calls: 0, first: undefined as readonly number[] | undefined }))
    return overSingle(fc.constant(smallCase(loss)), (one) => {
      const examples = examplesOf(loss, one)
      for (const [at, side] of loss.sides.entries()) {
        const known = seen[at]!
        for (let call = 0; call < callsInRun; call++) {
          const values = tf.tidy(() => [
            ...valuesOf(side, examples),
            ...(call === 0
              ? side.learning.flatMap((name) => [...(gradientOf(side, examples, name) ?? [])])
              : []),
          ])
          known.calls++
          known.first ??= values
          if (values.every((value, place) => Object.is(value, known.first![place]))) continue
          throw new Broken(
            `${side.name} and its gradient to be ${shown(known.first)} again`,
            `${shown(values)} at call ${known.calls}`,
          )
        }
      }
    })
  },
}

/** A case of the smallest shape, so that many calls take little time. */
function smallCase(loss: ExaminedLoss): Case {
  const once = { numRuns: 1, seed: 1 }
  let smallest: number[] = []
  // What always fails is shrunk to the smallest that there is
  const never = fc.property(loss.shapes(1), (shape) => {
    smallest = shape
    return false
  })
  fc.check(never, once)
  return fc.sample(casesOf(loss, { spread: false, shapes: fc.constant(smallest) }), once)[0]!
}
