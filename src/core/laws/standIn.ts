import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import type { GivenNetwork } from "../contracts/givenNetwork.ts"
import type { Player } from "../contracts/player.ts"
import type { Plugin } from "../contracts/plugin.ts"

/** Channels of its features, and classes of its logits. */
const channels = 4
const side = 3

/**
 * A tiny network with fixed random weights in the place of a given one, whose weights no law needs. It sees `image` and gives
 * whatever is asked of it: `classLogits` of four classes, and under any other name feature maps of the image's size, four channels of
 * a smooth 3x3 convolution of its own.
 */
export function standIn(need: string): Player {
  return {
    variables: {},
    state: {},
    apply({ image }) {
      const seen = (name: string) => features(image as tf.Tensor4D, [need, name])
      return new Proxy<Record<string, tf.Tensor>>(
        { features: seen("features") },
        {
          get: (values, name) => {
            if (typeof name !== "string" || name === "features") return Reflect.get(values, name)
            return name === "classLogits" ? tf.mean(seen(name), [1, 2]) : seen(name)
          },
        },
      )
    },
    dispose() {},
  }
}

/** What stands in the slot of a network for which a loss has no default. It is never opened: `standIn` plays in its place. */
export const standInPlugin: Plugin<"judge", GivenNetwork> = {
  kind: "judge",
  name: "standIn",
  version: 1,
  options: {},
  build: () => ({
    task: "a stand-in of the laws",
    missing: async () => [],
    open: async () => {
      throw new Error("Expected the laws to play in the place of a given network, but it was opened.")
    },
  }),
}

/** A stand-in for each of some given networks. */
export function standIns(networks: readonly GivenNetwork[] = []): ReadonlyMap<GivenNetwork, Player> {
  return new Map(networks.map((network) => [network, standIn(network.task)]))
}

function features(image: tf.Tensor4D, key: readonly string[]): tf.Tensor4D {
  const shape: [number, number, number, number] = [side, side, image.shape[3], channels]
  const kernel = stream("laws", "given", ...key).fillNormal(new Float32Array(tf.util.sizeFromShape(shape)))
  return tf.softplus(tf.conv2d(image, tf.tensor4d(kernel, shape), 1, "same"))
}
