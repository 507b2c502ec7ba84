import type { ClassesMethod, PairsMethod } from "@saddlepoint/core/contracts/method"
import { currentStep } from "@saddlepoint/engine/ambient"
import * as tf from "@saddlepoint/engine/tf"

/**
 * A method that answers with what another program answered to the same questions, so that it is judged by the same metrics on the
 * same test data.
 * @param values the answers, row-major, in the order in which the test data are asked
 * @param shape of one answer: that of an image, or the number of classes
 */
export function givenAnswers<M extends PairsMethod | ClassesMethod>(
  method: M,
  values: Float32Array,
  shape: readonly number[],
): M {
  const length = shape.reduce((product, side) => product * side, 1)
  let next = 0
  return {
    ...method,
    async answer() {
      return (_batch: unknown, { count }: { readonly count: number }) => {
        // Who reads the step is asked at every one, never replayed.
        void currentStep()?.step
        const answers = values.subarray(next, next + count * length)
        if (answers.length < count * length) {
          throw new Error(`Expected answers to all test examples, but there are ${values.length / length}.`)
        }
        next += answers.length
        return tf.tensor(answers, [count, ...shape], "float32")
      }
    },
  }
}
