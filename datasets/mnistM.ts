import { join } from "node:path"
import { passDoor } from "@saddlepoint/core/contracts/dataDoor"
import type { Dataset, SplitName } from "@saddlepoint/core/contracts/dataset"
import { type Options, type Plugin, use } from "@saddlepoint/core/contracts/plugin"
import { stream } from "@saddlepoint/engine/random"
import * as Schema from "effect/Schema"
import { everySplit } from "./formats/everySplit.ts"
import { type DatasetUse, labelledImages } from "./formats/fields.ts"
import { fitImage, type ImageBytes } from "./formats/fitImage.ts"
import { identityDigest } from "./formats/identityDigest.ts"
import { contentHashes } from "./formats/imageFiles.ts"
import { imageSplit } from "./formats/imageSplit.ts"
import { oneOfOption } from "./formats/options.ts"
import { decodePhotos, type Photo, photoPaths } from "./published/bsdsPhotos.ts"
import { dataFolder, missingFiles } from "./published/dataFolder.ts"
import { licences } from "./published/licences.ts"
import { digitNames, mnistForm } from "./published/mnistFiles.ts"
import { type OfficialPart, officialSplits } from "./published/officialSplits.ts"
import { formOptions, identityOf, type PublishedOptions } from "./published/publishedSet.ts"

/** How a digit's bytes are taken: as they are, or 255 wherever they are not 0. */
export type DigitInk = "grey" | "binary"

export interface MnistMOptions extends PublishedOptions {
  /**
   * `grey` takes MNIST's bytes, as the paper's text does (Ganin et al. 2016, section 5.2.4); `binary` makes every byte above 0 to
   * 255, as the script of tf-dann does (pumpikano/tf-dann, create_mnistm.py).
   */
  readonly digits: DigitInk
  /** Folder of the photos; where left out, see `dataFolder` for the set `bsds500`. */
  readonly photos?: string
}

/**
 * MNIST-M, built from MNIST and the training photos of BSDS500 (Arbelaez et al. 2011) by the recipe of Ganin et al. (2016):
 * `|digit - patch|` per pixel and channel, the patch a random 28 x 28 crop of a random photo. Photo and crop of an example come
 * from streams of their own, by its place in the official files; the published set had unseeded crops, so it is not this one
 * byte for byte.
 *
 * Fields: `image` float32 `[height, width, channels]` in [-1, 1]; `label` int32 `[]`, the digit. Splits are those of
 * `mnist` at the same options, so train and test share no digit.
 */
export const mnistMPlugin: Plugin<"dataset", Dataset> = {
  kind: "dataset",
  name: "mnistM",
  version: 1,
  locates: ["folder", "photos"],
  options: {
    ...formOptions({ size: 28, channels: 3, validation: 5000 }),
    digits: oneOfOption(["grey", "binary"], "grey"),
    folder: Schema.optionalKey(Schema.NonEmptyString),
    photos: Schema.optionalKey(Schema.NonEmptyString),
  },
  build: (options: MnistMOptions): Dataset => {
    const folder = dataFolder("mnist", options.folder)
    const photos = dataFolder("bsds500", options.photos)
    const { files, read } = mnistForm
    const all = [...files.train, ...files.test]
    const missing = async (): Promise<readonly string[]> => {
      const sentences = [...(await missingFiles("mnist", folder, all))]
      if ((await photoPaths(photos)).length === 0) {
        sentences.push(
          `Expected the photos of bsds500 in ${photos}, but there are none; run \`saddlepoint datasets pull bsds500\`, or set ` +
            "SADDLEPOINT_DATA to a folder that holds bsds500/.",
        )
      }
      return sentences
    }
    return {
      fields: labelledImages,
      labels: true,
      licence: `Digits: ${licences.mnist} Photos: ${licences.bsds500}`,
      missing,
      digest: async () => {
        const { name, version } = mnistMPlugin
        const hashes = await contentHashes([
          ...all.map((file) => join(folder, file)),
          ...(await photoPaths(photos)),
        ])
        return identityDigest([name, version, ...identityOf(options), options.digits, ...hashes])
      },
      open: async () => {
        passDoor(mnistMPlugin.name)
        const [absent] = await missing()
        if (absent !== undefined) throw new Error(absent)
        const paths = (part: OfficialPart) => files[part].map((file) => join(folder, file))
        const digits = { train: await read(paths("train")), test: await read(paths("test")) }
        const { height, width } = digits.train
        const grounds = await decodePhotos(await photoPaths(photos), Math.max(height, width))
        const counts = { train: digits.train.count, test: digits.test.count }
        // The order is MNIST's own, so that both hold the same digits at the same options.
        const splits = officialSplits("mnist", options, counts)
        const split = (name: SplitName) => {
          const { part, indices } = splits[name]
          return imageSplit({
            ...options,
            count: indices.length,
            image: (index) => {
              const place = indices[index]!
              const ground = drawCrop(grounds, { height, width }, options.seed, part, place)
              return fitImage(overCrop(digits[part], place, options.digits, ground), 0, options)
            },
            label: { classes: digitNames.length, of: (index) => digits[part].labels[indices[index]!]! },
          })
        }
        return { splits: everySplit(split), classes: digitNames }
      },
    }
  },
}

/** Chooses MNIST-M; every option may be left out. */
export function mnistM(
  options: Partial<Options<MnistMOptions>> = {},
): DatasetUse<typeof labelledImages, true> {
  return use(mnistMPlugin, { ...options })
}

/** The crop for the digit at a place of an official part, RGB bytes `[height, width, 3]`. */
export function drawCrop(
  photos: readonly Photo[],
  { height, width }: { readonly height: number; readonly width: number },
  seed: number,
  part: OfficialPart,
  place: number,
): Uint8Array {
  const photo = photos[stream(seed, "mnistM", "photo", part, place).integer(photos.length)]!
  const offset = stream(seed, "mnistM", "crop", part, place)
  const left = offset.integer(photo.width - width + 1)
  const top = offset.integer(photo.height - height + 1)
  const crop = new Uint8Array(height * width * 3)
  for (let row = 0; row < height; row++) {
    const from = 3 * ((top + row) * photo.width + left)
    crop.set(photo.pixels.subarray(from, from + 3 * width), 3 * row * width)
  }
  return crop
}

/**
 * `|digit - crop|` per pixel and channel, in bytes.
 *
 * @param digits grey images
 * @param crop RGB bytes `[height, width, 3]`
 */
export function overCrop(digits: ImageBytes, index: number, ink: DigitInk, crop: Uint8Array): ImageBytes {
  const { height, width } = digits
  const start = index * height * width
  const pixels = new Uint8Array(crop.length)
  for (let pixel = 0, at = 0; pixel < height * width; pixel++) {
    const grey = digits.pixels[start + pixel]!
    const digit = ink === "grey" ? grey : grey > 0 ? 255 : 0
    for (let channel = 0; channel < 3; channel++, at++) pixels[at] = Math.abs(digit - crop[at]!)
  }
  return { count: 1, height, width, channels: 3, pixels }
}
