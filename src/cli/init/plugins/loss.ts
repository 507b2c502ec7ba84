import type { PluginText } from "./pluginText.ts"

export const loss: PluginText = {
  about: "what an image translation, or any method that compares images, lowers",
  place: (name) => `losses: [${name}(10)]`,
  text: (name) => `import { loss } from "@saddlepoint/core/loss"
import { positive, withDefault } from "@saddlepoint/core/optimisers/hyperparameters"
import * as tf from "@saddlepoint/engine/tf"

/**
 * Huber loss (Huber 1964), to be replaced by yours: half the squared difference, beyond the threshold a line of its slope there.
 * \`output\` and \`target\` are float32 [batch, height, width, channels] in [-1, 1]; it gives one value for each image, [batch].
 */
export const ${name} = loss("reconstruction", {
  name: "${name}",
  // Raise it whenever the same options give other numbers: it is part of every trial's identity.
  version: 1,
  options: { threshold: withDefault(positive, 1) },
  learner({ output, target }, { threshold }) {
    const distance = tf.abs(tf.sub(output, target))
    const near = tf.minimum(distance, threshold)
    return tf.mean(tf.add(tf.div(tf.square(near), 2), tf.mul(tf.sub(distance, near), threshold)), [1, 2, 3])
  },
  // What is true of it in theory; laws that lack a fact are unchecked, which is no pass.
  laws: ({ threshold: t }) => ({
    atTarget: 0,
    smoothAtTarget: true,
    constantDifference: (d) => (Math.abs(d) <= t ? d ** 2 / 2 : t * (Math.abs(d) - t / 2)),
  }),
  examples: [{}, { threshold: 0.25 }],
})
`,
}
