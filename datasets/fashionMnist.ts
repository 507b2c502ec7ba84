import type { Dataset } from "@saddlepoint/core/contracts/dataset"
import { type Options, type Plugin, use } from "@saddlepoint/core/contracts/plugin"
import type { DatasetUse, labelledImages } from "./formats/fields.ts"
import { readIdxImages } from "./published/idxImages.ts"
import { licences } from "./published/licences.ts"
import { mnistForm } from "./published/mnistFiles.ts"
import { type PublishedOptions, publishedSet } from "./published/publishedSet.ts"

/** Names of the classes (Xiao, Rasul and Vollgraf, 2017). */
const garments: readonly string[] = [
  "T-shirt/top",
  "Trouser",
  "Pullover",
  "Dress",
  "Coat",
  "Sandal",
  "Shirt",
  "Sneaker",
  "Bag",
  "Ankle boot",
]

/**
 * Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017): garments in the form of MNIST, 60,000 official training images of which
 * `validation` (5,000) are held out, and 10,000 test images, 28 x 28 pixels.
 *
 * Fields: `image` float32 `[height, width, channels]` in [-1, 1], resized by `fitImage`; `label` int32 `[]`.
 */
export const fashionMnistPlugin: Plugin<"dataset", Dataset> = publishedSet({
  name: "fashionMnist",
  version: 1,
  set: "fashion-mnist",
  licence: licences["fashion-mnist"],
  classes: garments,
  defaults: { size: 28, channels: 1, validation: 5000 },
  forms: [{ files: mnistForm.files, read: (paths) => readIdxImages(paths, garments.length) }],
})

/** Chooses Fashion-MNIST; every option may be left out. */
export function fashionMnist(
  options: Partial<Options<PublishedOptions>> = {},
): DatasetUse<typeof labelledImages, true> {
  return use(fashionMnistPlugin, { ...options })
}
