import type { PluginText } from "./pluginText.ts"

export const model: PluginText = {
  about: "a network: here a generator from image to image",
  place: (name) => `generator: ${name}()`,
  text: (name) => `import type { Model } from "@saddlepoint/core/contracts/player"
import { Convolution } from "@saddlepoint/core/layers/convolution"
import { convolutionConnections, layerStart } from "@saddlepoint/core/layers/initialisation"
import { fieldText, imageShape } from "@saddlepoint/core/models/imageShape"
import { layersPlayer } from "@saddlepoint/core/models/layersPlayer"
import { type Options, type Plugin, use } from "@saddlepoint/core/plugin"
import { wholeOption } from "@saddlepoint/datasets/formats/options"
import * as tf from "@saddlepoint/engine/tf"

interface Chosen {
  /** Channels of the hidden maps; 16 where left out. */
  readonly width: number
}

/** Three 3x3 convolutions with ReLU between them and tanh, to be replaced by yours: from \`image\` [batch, h, w, c] to \`image\` of that shape in (-1, 1). */
const build = ({ width }: Chosen): Model => ({
  part: "generator",
  takes: { image: "always" },
  gives: ["image"],
  player(name, { inputs }, seed) {
    const shape = [...imageShape(inputs.image)!]
    const image = tf.input({ shape, name: "image" })
    const widths = [shape[2]!, width, width, shape[2]!]
    const out = widths.slice(1).reduce((x, channels, index) => {
      const layer = \`conv\${index + 1}\`
      const [last, connections] = [index === 2, convolutionConnections(3, widths[index]!, channels)]
      // He's values, by how many inputs an output sums up; the slope of the ReLU that follows is 0.
      const start = layerStart({ seed, player: name, variable: layer }, "he", last ? connections : { ...connections, slope: 0 })
      const convolved = new Convolution({ name: layer, channels, kernel: 3, stride: 1, padding: 1, start }).apply(x)
      const activation = last ? "tanh" : "relu"
      return tf.layers.activation({ name: \`\${layer}/\${activation}\`, activation }).apply(convolved) as tf.SymbolicTensor
    }, image)
    return layersPlayer({ name, inputs: { image }, outputs: { image: out } })
  },
  refuses({ inputs: { image } }) {
    if (imageShape(image) !== undefined) return []
    return [\`Expected images [height, width, channels] for ${name}, but got \${fieldText(image)}; change the data.\`]
  },
  shapes: ({ inputs }) => ({ image: [...imageShape(inputs.image)!] }),
})

export const ${name}Plugin: Plugin<"model", Model> = {
  kind: "model",
  name: "${name}",
  // Raise it whenever the same options give other numbers.
  version: 1,
  options: { width: wholeOption(1, 1024, 16) },
  build,
}

export const ${name} = (chosen: Partial<Options<Chosen>> = {}) => use<"model", { part: "generator" }>(${name}Plugin, chosen)
`,
}
