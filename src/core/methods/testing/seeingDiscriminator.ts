import * as tf from "@saddlepoint/engine/tf"
import type { Model } from "../../contracts/player.ts"
import { type Plugin, type Use, use } from "../../contracts/plugin.ts"
import { Convolution } from "../../layers/convolution.ts"
import { seededNormal } from "../../layers/seededInitialiser.ts"
import { layersPlayer } from "../../models/layersPlayer.ts"

/** A small discriminator of an image alone that also gives what it sees on its way, `features.near` and `features.far`. */
export const seeingDiscriminatorPlugin: Plugin<"model", Model> = {
  kind: "model",
  name: "seeingDiscriminator",
  version: 1,
  options: {},
  build: (): Model => ({
    part: "discriminator",
    takes: { image: "always" },
    gives: ["scores", "features.near", "features.far"],
    player(name, { inputs }, seed) {
      const image = tf.input({ shape: [...inputs.image!.shape], name: "image" })
      const convolved = (x: tf.SymbolicTensor, variable: string, channels: number) => {
        const kernel = seededNormal({ seed, player: name, variable: `${variable}/kernel` }, 0)
        const shape = { channels, kernel: 4, stride: 2, padding: 1 }
        return new Convolution({ name: variable, ...shape, start: { kernel } }).apply(x) as tf.SymbolicTensor
      }
      const near = convolved(image, "near", 3)
      const bent = tf.layers.leakyReLU({ name: "bend", alpha: 0.2 }).apply(near) as tf.SymbolicTensor
      const far = convolved(bent, "far", 2)
      const scores = convolved(far, "scores", 1)
      const outputs = { scores, "features.near": near, "features.far": far }
      return layersPlayer({ name, inputs: { image }, outputs })
    },
  }),
}

export const seeingDiscriminator = (): Use<"model", { part: "discriminator"; conditional: false }> =>
  use(seeingDiscriminatorPlugin)
