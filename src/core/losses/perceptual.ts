import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { loss } from "./define.ts"
import { featuresOf } from "./featuresOf.ts"
import { withinExample } from "./objectives/objective.ts"

/**
 * Perceptual loss: images are to look alike to a given network (Johnson et al. 2016, "Perceptual losses for real-time style transfer and
 * super-resolution", equation 2). The mean over all values of a layer, and over the layers that the network gives as `features` or
 * `features.<layer>`.
 *
 * `network` is given, with weights that nobody trains here; it takes `image` in [-1, 1]. Option `distance`: `squared`, as in the paper, or
 * `absolute`, as with pix2pixHD's VGG loss (whose layers have weights of their own).
 * @throws one sentence where the network gives no features
 */
export const perceptual = loss("reconstruction", {
  name: "perceptual",
  version: 1,
  options: {
    distance: Schema.Literals(["squared", "absolute"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed("squared" as const)),
    ),
  },
  needs: { network: undefined },
  learner({ output, target }, { distance }, { given }) {
    const seen = (image: tf.Tensor) => featuresOf(given.network!.apply({ image }, "evaluate"))
    const aims = seen(target)
    const layers = seen(output).map((layer, at) => {
      const difference = tf.sub(layer, aims[at]!)
      if (distance === "squared") return withinExample(tf.square(difference))
      // |d| as in l1
      return withinExample(tf.add(tf.relu(difference), tf.relu(tf.neg(difference))))
    })
    if (layers.length === 0) {
      throw new Error(
        "Expected a network that gives features, or features.<layer>, for the perceptual loss, but got one that gives none; choose another network.",
      )
    }
    return tf.div(tf.addN(layers), layers.length)
  },
  laws: ({ distance }) => ({
    atTarget: 0,
    smoothAtTarget: distance === "squared",
    declines: {
      meanOverPositions: "Where two images meet, a network sees what neither shows.",
      constantDifference: "What a difference costs is for the given network to say.",
      constantImages: "What an image of one value looks like is for the given network to say.",
      definition: "It is as good as the given network's features; a test has a network of known ones.",
    },
  }),
  examples: [{ distance: "squared" }, { distance: "absolute" }],
})
