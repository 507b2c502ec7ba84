import { readFile } from "node:fs/promises"
import { gunzipSync } from "node:zlib"
import type { Dataset } from "@saddlepoint/core/contracts/dataset"
import { type Options, type Plugin, use } from "@saddlepoint/core/contracts/plugin"
import type { DatasetUse, labelledImages } from "./formats/fields.ts"
import type { LabelledBytes } from "./formats/labelledBytes.ts"
import { readIdxImages } from "./published/idxImages.ts"
import { licences } from "./published/licences.ts"
import { digitNames } from "./published/mnistFiles.ts"
import { type PublishedOptions, publishedSet } from "./published/publishedSet.ts"

/**
 * USPS (Hull, 1994) in the split of The Elements of Statistical Learning: handwritten digits from envelopes, light on dark,
 * 7,291 official training images of which `validation` (1,000) are held out, and 2,007 test images, 16 x 16 pixels, enlarged
 * bilinearly to `size` (28, as CoGAN, ADDA and CyCADA do). Those papers took other splits of it, so accuracies are not
 * comparable one to one.
 *
 * Fields: `image` float32 `[height, width, channels]` in [-1, 1]; `label` int32 `[]`, the digit. `train` and `test`
 * limit the number of examples: 1,800 for the small protocol between MNIST and USPS (Tzeng et al. 2017).
 *
 * Files: `usps-{train,test}-{images-idx3,labels-idx1}-ubyte.gz`, or the book's `zip.train.gz` and `zip.test.gz`; the images
 * are the same.
 */
export const uspsPlugin: Plugin<"dataset", Dataset> = publishedSet({
  name: "usps",
  version: 1,
  set: "usps",
  licence: licences.usps,
  classes: digitNames,
  defaults: { size: 28, channels: 1, validation: 1000 },
  forms: [
    {
      files: {
        train: ["usps-train-images-idx3-ubyte.gz", "usps-train-labels-idx1-ubyte.gz"],
        test: ["usps-test-images-idx3-ubyte.gz", "usps-test-labels-idx1-ubyte.gz"],
      },
      read: (paths) => readIdxImages(paths, digitNames.length),
    },
    {
      files: { train: ["zip.train.gz"], test: ["zip.test.gz"] },
      read: async ([path]) => zipImages(await readFile(path!), path!),
    },
  ],
})

/** Chooses USPS; every option may be left out. */
export function usps(
  options: Partial<Options<PublishedOptions>> = {},
): DatasetUse<typeof labelledImages, true> {
  return use(uspsPlugin, { ...options })
}

const side = 16
/** Largest text that is unzipped, in bytes; the book's training file is 17 MB. */
const mostText = 2 ** 28

/**
 * Images and digits of the book's text files, gzipped: a line for each image with the digit and 256 values in [-1, 1], made
 * bytes by `rint(255 (value + 1) / 2)`, halves to even.
 *
 * @param name of the file, for errors
 * @throws one sentence with the line for what is no such file
 */
export function zipImages(bytes: Uint8Array, name: string): LabelledBytes {
  const lines = textOf(bytes, name)
    .split("\n")
    .filter((line) => line.trim() !== "")
  const pixels = new Uint8Array(lines.length * side * side)
  const labels = new Uint8Array(lines.length)
  lines.forEach((line, image) => {
    const [digit, ...values] = line.trim().split(/\s+/).map(Number)
    const sound = values.length === side * side && values.every((value) => value >= -1 && value <= 1)
    if (!sound || !Number.isInteger(digit) || digit! < 0 || digit! > 9) {
      throw new Error(
        `Expected a digit and ${side * side} values from -1 to 1 in line ${image + 1} of ${name}, but got ` +
          `${values.length} values or others; pull it again.`,
      )
    }
    labels[image] = digit!
    values.forEach((value, pixel) => {
      pixels[image * side * side + pixel] = roundedToEven((255 * (value + 1)) / 2)
    })
  })
  return { count: lines.length, height: side, width: side, channels: 1, pixels, labels }
}

function textOf(bytes: Uint8Array, name: string): string {
  try {
    return gunzipSync(bytes, { maxOutputLength: mostText }).toString("latin1")
  } catch (cause) {
    throw new Error(
      `Expected ${name} to be a gzipped text, but it cannot be unzipped (${(cause as Error).message}); pull it again.`,
    )
  }
}

function roundedToEven(value: number): number {
  const below = Math.floor(value)
  if (value - below !== 0.5) return Math.round(value)
  return below % 2 === 0 ? below : below + 1
}
