import * as tf from "@saddlepoint/engine/tf"
import { loss } from "./define.ts"
import { meanOverDifferences } from "./meanOverDifferences.ts"

/** Mean squared difference, `mean (output - target)^2`, without a factor 1/2. */
export const l2 = loss("reconstruction", {
  name: "l2",
  version: 1,
  learner: ({ output, target }) => tf.mean(tf.square(tf.sub(output, target)), [1, 2, 3]),
  laws: {
    atTarget: 0,
    smoothAtTarget: true,
    constantDifference: (difference) => difference ** 2,
    definition: meanOverDifferences((difference) => difference ** 2),
  },
})
