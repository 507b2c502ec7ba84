import * as tf from "@saddlepoint/engine/tf"
import { made, squared, within } from "../soundLosses.ts"
import { type Bugs, detached } from "./bug.ts"

export const features: Bugs = {
  "a sum over layers that is declared as their mean": {
    broken: made("features", "broken", {
      learner: ({ output, target }) =>
        tf.addN(output.map((layer, at) => within(tf.square(tf.sub(layer, target[at]!))))),
      laws: { atTarget: 0, smoothAtTarget: true, constantDifference: (d) => d ** 2 },
    }),
    law: "constantDifference",
  },
  "a layer that teaches nothing": {
    broken: made("features", "broken", {
      learner: ({ output: [first, second], target }) =>
        tf.add(
          within(tf.square(tf.sub(first!, target[0]!))),
          within(tf.square(tf.sub(detached(second!), target[1]!))),
        ),
      laws: { atTarget: 0, smoothAtTarget: true },
    }),
    law: "gradient",
  },
  "a sum over positions": {
    broken: made("features", "broken", {
      learner: ({ output, target }) =>
        tf.addN(output.map((layer, at) => squared(tf.sub(layer, target[at]!)))),
      laws: { atTarget: 0, smoothAtTarget: true },
    }),
    law: "meanOverPositions",
  },
}
