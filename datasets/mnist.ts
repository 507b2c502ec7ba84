import type { Dataset } from "@saddlepoint/core/contracts/dataset"
import { type Options, type Plugin, use } from "@saddlepoint/core/contracts/plugin"
import type { DatasetUse, labelledImages } from "./formats/fields.ts"
import { licences } from "./published/licences.ts"
import { digitNames, mnistForm } from "./published/mnistFiles.ts"
import { type PublishedOptions, publishedSet } from "./published/publishedSet.ts"

/**
 * MNIST (LeCun, Cortes and Burges, 1998): handwritten digits, light on dark, 60,000 official training images of which
 * `validation` (5,000) are held out, and 10,000 test images, 28 x 28 pixels.
 *
 * Fields: `image` float32 `[height, width, channels]` in [-1, 1], resized by `fitImage`; `label` int32 `[]`, the
 * digit. `train` and `test` limit the number of examples: 2,000 for the small protocol between MNIST and USPS (Tzeng et al.
 * 2017).
 */
export const mnistPlugin: Plugin<"dataset", Dataset> = publishedSet({
  name: "mnist",
  version: 1,
  set: "mnist",
  licence: licences.mnist,
  classes: digitNames,
  defaults: { size: 28, channels: 1, validation: 5000 },
  forms: [mnistForm],
})

/** Chooses MNIST; every option may be left out. */
export function mnist(
  options: Partial<Options<PublishedOptions>> = {},
): DatasetUse<typeof labelledImages, true> {
  return use(mnistPlugin, { ...options })
}
