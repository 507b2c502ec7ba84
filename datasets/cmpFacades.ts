import { join } from "node:path"
import { passDoor } from "@saddlepoint/core/contracts/dataDoor"
import type { Dataset, SplitName } from "@saddlepoint/core/contracts/dataset"
import { type Options, type Plugin, use } from "@saddlepoint/core/contracts/plugin"
import * as Schema from "effect/Schema"
import { imageAbout } from "./folders/imageAbout.ts"
import { pairMistakes } from "./folders/pairPlaces.ts"
import { decodedSplits } from "./formats/decodedPairs.ts"
import { everySplit } from "./formats/everySplit.ts"
import { type DatasetUse, labelledPairs } from "./formats/fields.ts"
import { fittedBytes } from "./formats/fitted.ts"
import { filesDigest, imageEndings } from "./formats/imageFiles.ts"
import { type ImageSize, sizeOption } from "./formats/imageSize.ts"
import { imagesUnder, type LeftOut } from "./formats/imagesUnder.ts"
import { looksByPath } from "./formats/lookedImages.ts"
import type { PairBytes } from "./formats/pairBytes.ts"
import { readHalves } from "./formats/sideBySide.ts"
import { cmpClasses, cmpLabels, cmpPalette } from "./published/cmpLabels.ts"
import { dataFolder } from "./published/dataFolder.ts"
import { licences } from "./published/licences.ts"

export interface CmpFacadesOptions {
  /** Side of the square images in pixels, 16 to 256 (the side of the originals), or `[height, width]`. */
  readonly size: ImageSize
  /** Folder with `train`, `val` and `test`; where left out, see `dataFolder` for the set `facades`. */
  readonly folder?: string
}

const subfolders: Readonly<Record<SplitName, string>> = { train: "train", validation: "val", test: "test" }

/**
 * The CMP Facade Database (Tylecek and Sara, 2013) in the form of pix2pix (Isola et al., 2017): 400 train, 100
 * validation and 106 test files of 512 x 256 pixels, photo left, coloured label map right. The direction is labels to
 * photo.
 *
 * Fields: `input` the label map in the colours of `cmpPalette` (exact colours, not the files' JPEG-coded
 * ones), `target` the photo, both float32 `[height, width, 3]` in [-1, 1]; `labels` int32 `[height, width]` in [0, 12).
 * The random jitter of pix2pix's training (enlarge, crop, flip) is not part of the dataset.
 */
export const cmpFacadesPlugin: Plugin<"dataset", Dataset> = {
  kind: "dataset",
  name: "cmpFacades",
  version: 1,
  locates: ["folder"],
  options: {
    size: sizeOption(16, 256, 256),
    folder: Schema.optionalKey(Schema.NonEmptyString),
  },
  build: (options: CmpFacadesOptions): Dataset => {
    const dataset: Dataset = {
      fields: labelledPairs,
      labels: true,
      licence: licences.facades,
      missing: async (cache) => {
        const folder = dataFolder("facades", options.folder)
        const sentences: string[] = []
        for (const subfolder of Object.values(subfolders)) {
          const path = join(folder, subfolder)
          const images = (await imagesUnder(path))?.images
          if (images === undefined) {
            sentences.push(
              `Expected the CMP facades' folder ${path}, but there is none; run \`saddlepoint datasets pull facades\`, or correct \`folder\` or SADDLEPOINT_DATA.`,
            )
          } else if (images.length === 0) {
            sentences.push(`Expected images (${imageEndings.join(", ")}) in ${path}, but there are none.`)
          } else {
            const looks = await looksByPath(images, cache)
            for (const image of images) {
              if (looks.get(image)!.grey)
                sentences.push(
                  `${image}: expected an RGB image, but it is grey; replace it by the published one.`,
                )
              else sentences.push(...pairMistakes([image], looks, { size: 256 }))
            }
          }
        }
        return sentences
      },
      about: async (cache) => {
        const { files, leftOut } = await filesOf(options)
        const splits = everySplit((split) => ({ images: files[split].length, pairs: files[split].length }))
        const looks = await looksByPath(Object.values(files).flat(), cache)
        const [name, folder] = [cmpFacadesPlugin.name, dataFolder("facades", options.folder)]
        return [imageAbout({ name, folder, splits, leftOut, looks, asked: files })]
      },
      digest: async () => {
        const { files } = await filesOf(options)
        return filesDigest([cmpFacadesPlugin.name, cmpFacadesPlugin.version, options.size], files)
      },
      open: async (cache) => {
        passDoor(cmpFacadesPlugin.name)
        const { files } = await filesOf(options)
        const { name } = cmpFacadesPlugin
        const { size } = options
        const parts = {
          name,
          files,
          form: size,
          classes: cmpClasses.length,
          decode: (path: string) => decode(path, size),
        }
        return { splits: await decodedSplits(parts, cache, dataset.digest), classes: cmpClasses }
      },
    }
    return dataset
  },
}

/** Chooses the CMP facades. */
export function cmpFacades(
  options: Partial<Options<CmpFacadesOptions>> = {},
): DatasetUse<typeof labelledPairs, true> {
  return use(cmpFacadesPlugin, { ...options })
}

interface CmpFiles {
  readonly files: Readonly<Record<SplitName, readonly string[]>>
  readonly leftOut: readonly LeftOut[]
}

async function filesOf(options: CmpFacadesOptions): Promise<CmpFiles> {
  let leftOut: readonly LeftOut[] = []
  const folder = dataFolder("facades", options.folder)
  const list = async (split: SplitName): Promise<readonly string[]> => {
    const path = join(folder, subfolders[split])
    const found = await imagesUnder(path)
    if (!found?.images.length)
      throw new Error(`Expected the CMP facades' images in ${path}, but there are none.`)
    leftOut = [...leftOut, ...found.leftOut]
    return found.images
  }
  const files = { train: await list("train"), validation: await list("validation"), test: await list("test") }
  return { files, leftOut }
}

async function decode(path: string, size: ImageSize): Promise<PairBytes> {
  const { left, right } = await readHalves(path)
  const labels = cmpLabels(right.pixels, right.height, size)
  const input = new Uint8Array(3 * labels.length)
  for (let pixel = 0; pixel < labels.length; pixel++) input.set(cmpPalette[labels[pixel]!]!, 3 * pixel)
  return { input, target: await fittedBytes(left, { size }, 3), labels }
}
