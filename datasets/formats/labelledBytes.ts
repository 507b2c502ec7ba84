import type { Split } from "@saddlepoint/core/contracts/dataset"
import { exampleIndex } from "./exampleIndex.ts"
import { classField, imageField } from "./fields.ts"
import { fitImage, type ImageBytes, type ImageForm } from "./fitImage.ts"

/** Images as bytes with a class each, `[count]`. */
export interface LabelledBytes extends ImageBytes {
  readonly labels: Uint8Array
}

/** A split of square images with a class each. */
export interface LabelledImages extends ImageForm {
  readonly count: number
  readonly classes: number
  /** The image, `[size, size, channels]` in [-1, 1]. Must be pure. */
  image(index: number): Float32Array
  label(index: number): number
}

/** A split with fields `image` float32 `[size, size, channels]` in [-1, 1] and `label` int32 `[]`. */
export function labelledSplit({ count, classes, size, channels, image, label }: LabelledImages): Split {
  const length = size * size * channels
  return {
    size: count,
    fields: {
      image: imageField({ size, channels }),
      label: classField(classes),
    },
    async read(indices) {
      const images = new Float32Array(indices.length * length)
      const labels = new Int32Array(indices.length)
      indices.forEach((given, at) => {
        const index = exampleIndex(given, count)
        images.set(image(index), at * length)
        labels[at] = label(index)
      })
      return { image: images, label: labels }
    },
  }
}

/** The split of some images of a part, in the order of `indices`. */
export function splitOfBytes(
  bytes: LabelledBytes,
  indices: readonly number[],
  classes: number,
  form: ImageForm,
): Split {
  return labelledSplit({
    ...form,
    classes,
    count: indices.length,
    image: (index) => fitImage(bytes, indices[index]!, form),
    label: (index) => bytes.labels[indices[index]!]!,
  })
}
