import { readFile } from "node:fs/promises"
import type { Dataset } from "@saddlepoint/core/contracts/dataset"
import { type Options, type Plugin, use } from "@saddlepoint/core/contracts/plugin"
import type { DatasetUse, labelledImages } from "./formats/fields.ts"
import type { LabelledBytes } from "./formats/labelledBytes.ts"
import { readMat } from "./formats/matFile.ts"
import { licences } from "./published/licences.ts"
import { digitNames } from "./published/mnistFiles.ts"
import { type PublishedOptions, publishedSet } from "./published/publishedSet.ts"

/**
 * SVHN (Netzer et al. 2011), the cropped digits: 73,257 official training images of which `validation` (5,000) are held out,
 * and 26,032 test images, 32 x 32 pixels in colour.
 *
 * Fields: `image` float32 `[height, width, channels]` in [-1, 1], resized by `fitImage`; `label` int32 `[]`, the
 * digit: the files' label 10 is digit 0.
 */
export const svhnPlugin: Plugin<"dataset", Dataset> = publishedSet({
  name: "svhn",
  version: 1,
  set: "svhn",
  licence: licences.svhn,
  classes: digitNames,
  defaults: { size: 32, channels: 3, validation: 5000 },
  forms: [
    {
      files: { train: ["train_32x32.mat"], test: ["test_32x32.mat"] },
      read: async ([path]) => svhnImages(await readFile(path!), path!),
    },
  ],
})

/** Chooses SVHN; every option may be left out. */
export function svhn(
  options: Partial<Options<PublishedOptions>> = {},
): DatasetUse<typeof labelledImages, true> {
  return use(svhnPlugin, { ...options })
}

/**
 * Images and digits of one of SVHN's files: `X` bytes `[32, 32, 3, count]` with the first axis fastest, `y` `[count, 1]` from 1
 * to 10.
 *
 * @param name of the file, for errors
 * @throws one sentence for what is no such file
 */
export function svhnImages(bytes: Uint8Array, name: string): LabelledBytes {
  const arrays = readMat(bytes, name)
  const [images, labels] = [arrays.get("X"), arrays.get("y")]
  const [height, width, channels, count = 1] = images?.shape ?? []
  if (images === undefined || !(images.values instanceof Uint8Array) || channels !== 3) {
    throw new Error(
      `Expected images X of bytes [height, width, 3, count] in ${name}, but got ` +
        `${images === undefined ? "no X" : `an X [${images.shape}]`}; pull it again.`,
    )
  }
  const digits = Uint8Array.from(labels?.values ?? [], (label) => (label === 10 ? 0 : label))
  const sound = [...(labels?.values ?? [])].every(
    (label) => Number.isInteger(label) && label >= 1 && label <= 10,
  )
  if (digits.length !== count || !sound) {
    throw new Error(
      `Expected labels y from 1 to 10 for each of the ${count} images in ${name}, but got ` +
        `${sound ? `${digits.length} labels` : "others"}; pull it again.`,
    )
  }
  const columns = images.values
  const area = height! * width!
  const pixels = new Uint8Array(columns.length)
  let at = 0
  for (let image = 0; image < count; image++) {
    const start = image * 3 * area
    for (let row = 0; row < height!; row++) {
      for (let column = 0; column < width!; column++) {
        for (let channel = 0; channel < 3; channel++) {
          pixels[at++] = columns[start + channel * area + column * height! + row]!
        }
      }
    }
  }
  return { count, height: height!, width: width!, channels: 3, pixels, labels: digits }
}
