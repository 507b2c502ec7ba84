import type { Split } from "@saddlepoint/core/contracts/dataset"
import { fitImage, type ImageBytes, type ImageForm } from "./fitImage.ts"
import { imageSplit } from "./imageSplit.ts"

/** Images as bytes with a class each, `[count]`. */
export interface LabelledBytes extends ImageBytes {
  readonly labels: Uint8Array
}

/** The split of some images of a part, in the order of `indices`. */
export function splitOfBytes(
  bytes: LabelledBytes,
  indices: readonly number[],
  classes: number,
  form: ImageForm,
): Split {
  return imageSplit({
    ...form,
    count: indices.length,
    image: (index) => fitImage(bytes, indices[index]!, form),
    label: { classes, of: (index) => bytes.labels[indices[index]!]! },
  })
}
