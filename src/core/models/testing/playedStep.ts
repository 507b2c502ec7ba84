import { duringStep } from "@saddlepoint/engine/ambient"
import { stream } from "@saddlepoint/engine/random"
import { stepContext } from "@saddlepoint/engine/steps/stepContext"
import * as tf from "@saddlepoint/engine/tf"

/** Runs `body` as step 0 of a trial, with masks for whoever drops values. */
export function duringPlayedStep<T>(body: () => T): T {
  const context = stepContext(
    {
      random(name, shape, distribution) {
        if (distribution.kind !== "bernoulli") {
          throw new Error(`expected a bernoulli draw, but got ${distribution.kind}`)
        }
        const values = new Float32Array(tf.util.sizeFromShape([...shape]))
        return stream(9, name).fillBernoulli(values, distribution.rate)
      },
      schedule: () => 1,
    },
    0,
  )
  try {
    return duringStep(context, body)
  } finally {
    context.release()
  }
}
