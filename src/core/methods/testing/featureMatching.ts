import * as tf from "@saddlepoint/engine/tf"
import { loss } from "../../losses/define.ts"

/** The mean absolute difference of features, layer by layer, summed over the layers. */
export const featureMatching = loss("features", {
  name: "featureMatching",
  version: 1,
  learner({ output, target }) {
    const layers = output.map((seen, layer) => {
      const difference = tf.abs(tf.sub(seen, target[layer]!))
      return tf.mean(tf.reshape(difference, [seen.shape[0]!, -1]), 1)
    })
    return tf.addN(layers)
  },
  laws: { atTarget: 0, smoothAtTarget: false },
})
