import type { Split } from "@saddlepoint/core/contracts/dataset"
import { eachOf } from "./eachOf.ts"
import { exampleIndex } from "./exampleIndex.ts"
import { classField, imageField } from "./fields.ts"
import type { ImageForm } from "./fitImage.ts"
import { areaOf } from "./imageSize.ts"

/** A split of images of one size, with a class each or without. */
export interface ImageSplit extends ImageForm {
  readonly count: number
  /** The image, `[height, width, channels]` in [-1, 1]. Must be pure. */
  image(index: number): Float32Array | Promise<Float32Array>
  /** Left out where images have no class. */
  readonly label?: { readonly classes: number; of(index: number): number }
}

/** A split with `image` float32 `[height, width, channels]` in [-1, 1] and, where there are classes, `label` int32 `[]`. */
export function imageSplit({ count, size, channels, image, label }: ImageSplit): Split {
  const length = areaOf(size) * channels
  const form = imageField({ size, channels })
  return {
    size: count,
    fields: label === undefined ? { image: form } : { image: form, label: classField(label.classes) },
    async read(given) {
      const indices = given.map((index) => exampleIndex(index, count))
      const images = new Float32Array(indices.length * length)
      const made = await eachOf(indices, async (index) => image(index))
      for (const [at, one] of made.entries()) images.set(one, at * length)
      if (label === undefined) return { image: images }
      return { image: images, label: Int32Array.from(indices, label.of) }
    },
  }
}
