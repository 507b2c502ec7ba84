import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import { auxiliaryClassifier } from "./auxiliaryClassifier.ts"
import { builtLoss, noWorld } from "./testing/builtLoss.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

const { sides } = builtLoss(auxiliaryClassifier())

/** Batch mean of a side for logits of two classes. */
const paid = (side: "learner" | "opponent", logits: readonly number[], labels: readonly number[]) =>
  tf.tidy(() => {
    const seen = {
      logits: tf.tensor2d([...logits], [labels.length, 2]),
      labels: tf.tensor1d([...labels], "int32"),
    }
    return tf.mean(sides[side]!(seen, noWorld)).dataSync()[0]!
  })

test("the discriminator pays for real and for generated examples, one mean each, the generator for its own", () => {
  // A real example at ln 3 ahead, -ln(3/4); a generated one that is undecided, ln 2.
  const [real, generated] = [
    [Math.log(3), 0],
    [0, 0],
  ] as const
  const [ofReal, ofGenerated] = [-Math.log(0.75), Math.LN2]
  expect(paid("opponent", [...real, ...generated], [0, 1])).toBeCloseTo(ofReal + ofGenerated, 6)
  expect(paid("learner", generated, [1])).toBeCloseTo(ofGenerated, 6)
})

test("both want the class to be right", () => {
  for (const side of ["learner", "opponent"] as const) {
    expect(paid(side, [4, 0], [0])).toBeLessThan(paid(side, [2, 0], [0]))
    expect(paid(side, [4, 0], [1])).toBeGreaterThan(paid(side, [2, 0], [1]))
  }
})
