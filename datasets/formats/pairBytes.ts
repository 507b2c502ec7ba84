import type { DataField, FieldValues } from "@saddlepoint/core/contracts/dataset"
import { valueOfByte } from "./byteValues.ts"
import { exampleIndex } from "./exampleIndex.ts"
import { imageField, labelMapField } from "./fields.ts"
import type { ImageForm } from "./fitImage.ts"
import { areaOf } from "./imageSize.ts"

/** One example of a dataset of pairs as bytes: two images `[height, width, channels]`, and labels `[height, width]` if any. */
export interface PairBytes {
  readonly input: Uint8Array
  readonly target: Uint8Array
  readonly labels?: Uint8Array
}

/** The form of the images of a dataset of pairs: a size for RGB. */
export type PairForm = ImageForm["size"] | ImageForm

/** The form with its channels. */
export function pairForm(form: PairForm): ImageForm {
  return typeof form === "object" && "channels" in form ? form : { size: form, channels: 3 }
}

/** Fields of a split of pairs of images; `labels` only where a number of classes is given. */
export function pairFields(form: PairForm, classes?: number): Readonly<Record<string, DataField>> {
  const { size, channels } = pairForm(form)
  const image = imageField({ size, channels })
  const pair = { input: image, target: image }
  return classes === undefined ? pair : { ...pair, labels: labelMapField(size, classes) }
}

/**
 * Reads examples into row-major batches.
 * @throws RangeError with one sentence for an index that the split does not have
 */
export function readPairs(
  indices: readonly number[],
  count: number,
  form: PairForm,
  example: (index: number) => PairBytes,
): Readonly<Record<string, FieldValues>> {
  const { size, channels } = pairForm(form)
  const area = areaOf(size)
  const image = area * channels
  const input = new Float32Array(indices.length * image)
  const target = new Float32Array(indices.length * image)
  let labels: Int32Array | undefined
  indices.forEach((index, position) => {
    const bytes = example(exampleIndex(index, count))
    const start = position * image
    for (let at = 0; at < image; at++) {
      input[start + at] = valueOfByte[bytes.input[at]!]!
      target[start + at] = valueOfByte[bytes.target[at]!]!
    }
    if (bytes.labels) {
      labels ??= new Int32Array(indices.length * area)
      labels.set(bytes.labels, position * area)
    }
  })
  return labels ? { input, target, labels } : { input, target }
}
