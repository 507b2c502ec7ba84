import type { PluginText } from "./pluginText.ts"

export const dataset: PluginText = {
  about: "examples that are generated, each a function of options, split and index",
  place: (name) => `data: ${name}()`,
  text: (name) => `import { type Options, use } from "@saddlepoint/core/plugin"
import { labelledImages } from "@saddlepoint/datasets/formats/fields"
import { imageSplit } from "@saddlepoint/datasets/formats/imageSplit"
import { wholeOption } from "@saddlepoint/datasets/formats/options"
import { type GeneratedOptions, generatedSet } from "@saddlepoint/datasets/generators/generatedSet"
import { stream } from "@saddlepoint/engine/random"

type DiscOptions = GeneratedOptions & { readonly size: number }

/** Light discs on dark, to be replaced by yours: \`image\` float32 [size, size, 1] in [-1, 1]; \`label\` int32 [], small or large. */
export const ${name}Plugin = generatedSet<DiscOptions>({
  name: "${name}",
  // Raise it whenever the same options give other examples.
  version: 1,
  fields: labelledImages,
  classes: ["small", "large"],
  options: { size: wholeOption(8, 64, 16) },
  counts: { train: 500, validation: 100, test: 200 },
  identity: ({ size, train, validation, test, seed }) => [size, train, validation, test, seed],
  split(options, name) {
    const image = (index: number) => disc(options, name, index)
    const label = { classes: 2, of: (index: number) => index % 2 }
    return imageSplit({ size: options.size, channels: 1, count: options[name], image, label })
  },
})

/** All chance comes from a stream with a name: the same example, whoever asks and whenever. */
function disc({ size, seed }: DiscOptions, split: string, index: number): Float32Array {
  const source = stream(seed, "${name}", split, index)
  const [x, y] = [size * (0.3 + 0.4 * source.uniform()), size * (0.3 + 0.4 * source.uniform())]
  const radius = size * (index % 2 === 0 ? 0.12 : 0.25)
  const distance = (at: number) => Math.hypot((at % size) + 0.5 - x, Math.floor(at / size) + 0.5 - y)
  return Float32Array.from({ length: size ** 2 }, (_, at) => Math.min(1, Math.max(-1, radius - distance(at))))
}

export const ${name} = (chosen: Partial<Options<DiscOptions>> = {}) =>
  use<"dataset", { fields: typeof labelledImages; labels: true }>(${name}Plugin, chosen)
`,
}
