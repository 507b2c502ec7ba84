import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { PlainTensor } from "../contracts/loss.ts"
import { loss } from "./define.ts"
import { withinExample } from "./objectives/objective.ts"

/**
 * Feature matching: what a discriminator sees in generated examples is to be what it sees in real ones. The mean over features, positions and layers.
 *
 * Option `of`:
 * - `means`: squared differences of the batch means of each feature (Salimans et al. 2016, section 3.1, where they are summed over the
 *   features of one layer), for samples without pairs; a value of the batch.
 * - `examples`: absolute differences of each example's own features (pix2pixHD, Wang et al. 2018, section 3.2, where layers are summed), for
 *   pairs: an example must then have its target in the same place.
 */
export const featureMatching = loss("features", {
  name: "featureMatching",
  version: 1,
  options: {
    of: Schema.Literals(["means", "examples"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed("means" as const)),
    ),
  },
  scope: ({ of }) => (of === "means" ? "batch" : "example"),
  learner: ({ output, target }, { of }) =>
    meanOf(
      output.map((layer, at) =>
        of === "means" ? meansApart(layer, target[at]!) : apart(layer, target[at]!),
      ),
    ),
  laws: ({ of }) => ({
    atTarget: 0,
    smoothAtTarget: of === "means",
    constantDifference: of === "means" ? (difference) => difference ** 2 : Math.abs,
    definition: (output, target) =>
      output.reduce((sum, layer, at) => sum + plain[of](layer, target[at]!), 0) / output.length,
  }),
  examples: [{ of: "means" }, { of: "examples" }],
})

const meanOf = (layers: readonly tf.Tensor[]) => tf.div(tf.addN([...layers]), layers.length)

function meansApart(output: tf.Tensor, target: tf.Tensor): tf.Tensor {
  return tf.mean(tf.square(tf.sub(tf.mean(output, 0), tf.mean(target, 0))))
}

/** |d| as in l1. */
function apart(output: tf.Tensor, target: tf.Tensor): tf.Tensor {
  const difference = tf.sub(output, target)
  return withinExample(tf.add(tf.relu(difference), tf.relu(tf.neg(difference))))
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** A layer's value in plain numbers. */
const plain = {
  means(output: PlainTensor, target: PlainTensor): number {
    const size = output.values.length / output.shape[0]!
    const meansIn = ({ values }: PlainTensor) =>
      Array.from({ length: size }, (_, at) => mean(values.filter((_, place) => place % size === at)))
    const aims = meansIn(target)
    return mean(meansIn(output).map((value, at) => (value - aims[at]!) ** 2))
  },
  examples: (output: PlainTensor, target: PlainTensor): number =>
    mean(output.values.map((value, at) => Math.abs(value - target.values[at]!))),
}
