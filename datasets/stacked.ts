import type { OpenDataset, Split, SplitName } from "@saddlepoint/core/contracts/dataset"
import { use } from "@saddlepoint/core/contracts/plugin"
import { stream } from "@saddlepoint/engine/random"
import { composedDataset } from "./composed/composedDataset.ts"
import { everySplit } from "./formats/everySplit.ts"
import { exampleIndex } from "./formats/exampleIndex.ts"
import { classField, type DatasetUse, labelledImages } from "./formats/fields.ts"

/** Images that are stacked: red, green and blue. */
const channels = 3
/** So that there are no more than 4,096 combinations. */
const mostClasses = 16

export const stackedPlugin = composedDataset({
  name: "stacked",
  version: 1,
  parts: { images: labelledImages },
  fields: labelledImages,
  labels: () => true,
  compose: ({ images }) => stackedDataset(images),
})

/**
 * Three grey images as the colours of one: on which mode collapse is counted (stacked MNIST; Metz et al. 2017, section 3.3.1; Srivastava et al. 2017,
 * section 4.2). With ten digits there are 1,000 classes, all equally likely. Every example draws its three images evenly from the same split of the
 * stacked dataset, which decides how many there are.
 *
 * Fields: `image` float32 `[height, width, 3]` in [-1, 1]; `label` int32 `[]`, `(a * classes + b) * classes + c` of the classes of red, green and blue.
 */
export function stacked(spec: {
  readonly images: DatasetUse<typeof labelledImages, boolean>
}): DatasetUse<typeof labelledImages, true> {
  return use(stackedPlugin, { ...spec })
}

function stackedDataset({ splits, classes }: OpenDataset): OpenDataset {
  const grey = splits.train.fields.image!
  if (grey.shape[2] !== 1) {
    throw new Error(
      `Expected grey images to stack, but \`images\` gives ${grey.shape[2]} channels; give it the option channels: 1.`,
    )
  }
  if (classes === undefined || classes.length < 1 || classes.length > mostClasses) {
    throw new Error(
      `Expected images of 1 to ${mostClasses} classes to stack, but \`images\` has ${classes?.length ?? "none"}; choose another dataset.`,
    )
  }
  const places = Array.from({ length: channels }, () => classes)
  const names = places.reduce<string[]>(
    (stacks, own) => stacks.flatMap((stack) => own.map((name) => (stack === "" ? name : `${stack} ${name}`))),
    [""],
  )
  return {
    splits: everySplit((name) => stackedSplit(name, splits[name], classes.length)),
    classes: names,
  }
}

function stackedSplit(name: SplitName, { size, fields, read }: Split, classes: number): Split {
  const [height, width] = fields.image!.shape as [number, number, number]
  const pixels = height * width
  return {
    size,
    fields: {
      image: { ...fields.image!, shape: [height, width, channels] },
      label: classField(classes ** channels),
    },
    async read(indices) {
      const parts = indices.flatMap((given) => {
        const source = stream("stacked", name, exampleIndex(given, size))
        return Array.from({ length: channels }, () => source.integer(size))
      })
      const { image, label } = await read(parts)
      const stackedImages = new Float32Array(indices.length * pixels * channels)
      const labels = new Int32Array(indices.length)
      for (let at = 0; at < indices.length; at++) {
        for (let channel = 0; channel < channels; channel++) {
          const part = at * channels + channel
          for (let pixel = 0; pixel < pixels; pixel++)
            stackedImages[(at * pixels + pixel) * channels + channel] = image![part * pixels + pixel]!
          labels[at] = labels[at]! * classes + label![part]!
        }
      }
      return { image: stackedImages, label: labels }
    },
  }
}
