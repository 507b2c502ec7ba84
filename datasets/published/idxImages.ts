import { readFile } from "node:fs/promises"
import { readIdx } from "../formats/idxFile.ts"
import type { LabelledBytes } from "../formats/labelledBytes.ts"

/**
 * Grey images and their classes from two idx files, images `[count, height, width]` and labels `[count]`.
 *
 * @param classes labels are in [0, classes)
 * @throws one sentence where the files do not fit together
 */
export async function readIdxImages(
  [imagesPath, labelsPath]: readonly string[],
  classes: number,
): Promise<LabelledBytes> {
  const images = readIdx(await readFile(imagesPath!), imagesPath!)
  const labels = readIdx(await readFile(labelsPath!), labelsPath!)
  const [count, height, width] = images.shape
  if (images.shape.length !== 3 || height === 0 || width === 0) {
    throw new Error(
      `Expected images [count, height, width] in ${imagesPath}, but got the shape [${images.shape}]; pull it again.`,
    )
  }
  if (labels.shape.length !== 1 || labels.shape[0] !== count) {
    throw new Error(
      `Expected a label for each of the ${count} images in ${labelsPath}, but got the shape [${labels.shape}]; pull both again.`,
    )
  }
  const wrong = labels.values.find((label) => label >= classes)
  if (wrong !== undefined) {
    throw new Error(
      `Expected labels from 0 to ${classes - 1} in ${labelsPath}, but got ${wrong}; pull it again.`,
    )
  }
  return {
    count: count!,
    height: height!,
    width: width!,
    channels: 1,
    pixels: images.values,
    labels: labels.values,
  }
}
