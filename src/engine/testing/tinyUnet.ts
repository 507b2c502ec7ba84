import * as tf from "../tf.ts"
import { type Game, uniformBatch, Weights } from "./game.ts"

const batch = 2
const width = 4

type Tensor4 = tf.Tensor4D

/** A U-Net of two levels (Ronneberger et al. 2015) with dropout and instance norm that learns to translate 8x8 images. */
export function tinyUnet(): Game {
  const weights = new Weights("unet")
  const [down1, down2, up2, up1] = [
    weights.normal("down1", [4, 4, 2, width]),
    weights.normal("down2", [4, 4, width, 2 * width]),
    weights.normal("up2", [4, 4, width, 2 * width]),
    weights.normal("up1", [4, 4, 2, 2 * width]),
  ] as unknown as [Tensor4, Tensor4, Tensor4, Tensor4]
  const learners = [down1, down2, up2, up1] as unknown as tf.Variable[]
  return {
    variables: weights.variables,
    feeds: (step) => ({
      input: uniformBatch("input", step, [batch, 8, 8, 2]),
      target: uniformBatch("target", step, [batch, 8, 8, 2]),
    }),
    body({ input, target }, context) {
      const loss = weights.descend(
        learners,
        () => {
          const outer = tf.conv2d(input as Tensor4, down1, 2, "same")
          const inner = instanceNorm(tf.conv2d(tf.leakyRelu(outer, 0.2), down2, 2, "same"))
          const raised = tf.conv2dTranspose(tf.relu(inner), up2, [batch, 4, 4, width], 2, "same")
          const mask = context.random("dropout", raised.shape, { kind: "bernoulli", rate: 0.5 })
          const joined = tf.concat([tf.mul(tf.mul(raised, mask), 2), outer], 3) as Tensor4
          const output = tf.tanh(tf.conv2dTranspose(tf.relu(joined), up1, [batch, 8, 8, 2], 2, "same"))
          return tf.mean(tf.abs(tf.sub(output, target!)))
        },
        context,
      )
      return { loss }
    },
  }
}

function instanceNorm(x: Tensor4): Tensor4 {
  const centred = tf.sub(x, tf.mean(x, [1, 2], true))
  const variance = tf.mean(tf.square(centred), [1, 2], true)
  return tf.mul(centred, tf.rsqrt(tf.add(variance, 1e-5)))
}
