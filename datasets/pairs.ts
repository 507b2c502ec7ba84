import { resolve } from "node:path"
import { passDoor } from "@saddlepoint/core/contracts/dataDoor"
import type { Dataset } from "@saddlepoint/core/contracts/dataset"
import { type Options, type Plugin, use } from "@saddlepoint/core/contracts/plugin"
import * as Schema from "effect/Schema"
import { imageAbout } from "./folders/imageAbout.ts"
import { ownLicence } from "./folders/ownLicence.ts"
import { findPairs, type PairPlace } from "./folders/pairFolders.ts"
import { decodePair, pairMistakes } from "./folders/pairPlaces.ts"
import { type PairSplits, splitPairs } from "./folders/pairSplits.ts"
import { checkShares, type Shares, shareOptions } from "./folders/shares.ts"
import { decodedSplits } from "./formats/decodedPairs.ts"
import { everySplit } from "./formats/everySplit.ts"
import { type DatasetUse, imagePairs } from "./formats/fields.ts"
import { filesDigest } from "./formats/imageFiles.ts"
import {
  checkImages,
  type ImageOptions,
  imageIdentity,
  imageOptions,
  readingOf,
} from "./formats/imageOptions.ts"
import { type ImageSize, sizeOption } from "./formats/imageSize.ts"
import { looksByPath } from "./formats/lookedImages.ts"
import { oneOfOption } from "./formats/options.ts"

export interface PairsOptions extends Shares, ImageOptions {
  /** Folder of the pairs; relative to the process's working directory. */
  readonly folder: string
  /** Names of the two folders in which the images of the pairs lie, the first one's left; known names where left out. */
  readonly folders?: readonly [first: string, second: string]
  /** Side of the square images in pixels, 8 to 1024, or `[height, width]`. */
  readonly size: ImageSize
  /** 3 where left out. */
  readonly channels?: 1 | 3
  /** Which image is translated into which: left is the first of two folders. */
  readonly direction: "leftToRight" | "rightToLeft"
}

/**
 * Anybody's folder of image pairs: side by side in one file, or in two folders by equal names up to the ending, `A/` and `B/` (or
 * `photos/` and `masks/`, `input/` and `target/`, others by `folders`), `train/A/` and `train/B/`, or `trainA/` and `trainB/`.
 * Sub-folders are read, links followed. Halves of files must be squares unless a `fit` or `[height, width]` is given.
 *
 * Sub-folders `train`, `val` or `validation`, and `test` are the splits. A split without a sub-folder is drawn from
 * `train`, or from the folder itself where there is no `train`: by `seed` and the files' bytes, so that names do not
 * matter and copies of one image stay in one split.
 *
 * Fields: `input` and `target` float32 `[height, width, channels]` in [-1, 1].
 */
export const pairsPlugin: Plugin<"dataset", Dataset> = {
  kind: "dataset",
  name: "pairs",
  version: 1,
  locates: ["folder"],
  options: {
    folder: Schema.NonEmptyString,
    folders: Schema.optionalKey(Schema.Tuple([Schema.NonEmptyString, Schema.NonEmptyString])),
    size: sizeOption(8, 1024, 256),
    channels: Schema.optionalKey(Schema.Literals([1, 3])),
    direction: oneOfOption(["leftToRight", "rightToLeft"], "leftToRight"),
    ...imageOptions,
    ...shareOptions,
  },
  check: (options: PairsOptions) => [...checkShares(options), ...checkImages(options)],
  build: (options: PairsOptions): Dataset => {
    const { name, version } = pairsPlugin
    const { size, direction, channels = 3 } = options
    const find = () => findPairs(resolve(options.folder), options.folders)
    const dataset: Dataset = {
      fields: imagePairs,
      labels: false,
      licence: ownLicence,
      missing: async (cache) => {
        const found = await find()
        if (typeof found === "string") return [found]
        const places = Object.values(found.places).flat()
        const looks = await looksByPath(places.flat(), cache)
        const mistakes = places.flatMap((place) => pairMistakes(place, looks, options))
        if (mistakes.length > 0) return mistakes
        const splits = await splitPairs(name, resolve(options.folder), found, options)
        return typeof splits === "string" ? [splits] : []
      },
      about: async (cache) => {
        const { splits, leftOut } = await opened(options)
        const asked = direction === "leftToRight" ? 0 : -1
        return [
          imageAbout({
            name,
            folder: resolve(options.folder),
            splits: everySplit((split) => ({
              images: splits[split].flat().length,
              pairs: splits[split].length,
            })),
            leftOut,
            looks: await looksByPath(Object.values(splits).flat(2), cache),
            asked: everySplit((split) => splits[split].map((place) => place.at(asked)!)),
          }),
        ]
      },
      digest: async () => {
        const { splits } = await opened(options)
        const identity = await imageIdentity(options, Object.values(splits).flat(2))
        const extra = [...(channels === 1 ? [{ channels }] : []), ...identity]
        const files = (at: 0 | 1) => everySplit((split) => splits[split].flatMap((place) => place[at] ?? []))
        const first = await filesDigest([name, version, size, direction, ...extra], files(0))
        const second = files(1)
        return Object.values(second).flat().length === 0 ? first : filesDigest([first], second)
      },
      open: async (cache) => {
        passDoor(name)
        const { splits } = await opened(options)
        const reading = await readingOf(options, Object.values(splits).flat(2), cache)
        const form = { size, channels }
        const decode = (place: PairPlace) => decodePair(place, { ...reading, ...form, direction })
        return { splits: await decodedSplits({ name, files: splits, form, decode }, cache, dataset.digest) }
      },
    }
    return dataset
  },
}

/** Chooses a folder of pairs. */
export function pairs(
  options: Pick<Options<PairsOptions>, "folder"> & Partial<Options<PairsOptions>>,
): DatasetUse<typeof imagePairs, false> {
  return use(pairsPlugin, { ...options })
}

async function opened(options: PairsOptions): Promise<PairSplits> {
  const folder = resolve(options.folder)
  const found = await findPairs(folder, options.folders)
  const splits =
    typeof found === "string" ? found : await splitPairs(pairsPlugin.name, folder, found, options)
  if (typeof splits === "string") throw new Error(splits)
  return splits
}
