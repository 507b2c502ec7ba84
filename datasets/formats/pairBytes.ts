import type { DataField, FieldValues } from "@saddlepoint/core/contracts/dataset"
import { valueOfByte } from "./byteValues.ts"
import { exampleIndex } from "./exampleIndex.ts"
import { imageField, labelMapField } from "./fields.ts"

/** One example of a dataset of pairs as bytes: two RGB images `[size, size, 3]`, and labels `[size, size]` if any. */
export interface PairBytes {
  readonly input: Uint8Array
  readonly target: Uint8Array
  readonly labels?: Uint8Array
}

/** Fields of a split of pairs of square RGB images; `labels` only where a number of classes is given. */
export function pairFields(size: number, classes?: number): Readonly<Record<string, DataField>> {
  const image = imageField({ size, channels: 3 })
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
  size: number,
  example: (index: number) => PairBytes,
): Readonly<Record<string, FieldValues>> {
  const area = size * size
  const input = new Float32Array(indices.length * area * 3)
  const target = new Float32Array(indices.length * area * 3)
  let labels: Int32Array | undefined
  indices.forEach((index, position) => {
    const bytes = example(exampleIndex(index, count))
    const start = position * area * 3
    for (let at = 0; at < 3 * area; at++) {
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
