import { resolve } from "node:path"
import { passDoor } from "@saddlepoint/core/contracts/dataDoor"
import type { Dataset, SplitName } from "@saddlepoint/core/contracts/dataset"
import type { Mistake } from "@saddlepoint/core/contracts/mistake"
import { type Options, type Plugin, use } from "@saddlepoint/core/contracts/plugin"
import * as Schema from "effect/Schema"
import { type FoundClasses, findClasses, findFlat } from "./folders/classFolders.ts"
import { type ClassSplits, splitClasses } from "./folders/classSplits.ts"
import { imageAbout } from "./folders/imageAbout.ts"
import { ownLicence } from "./folders/ownLicence.ts"
import { checkShares, type Shares, shareOptions } from "./folders/shares.ts"
import { isFolder } from "./folders/splitFolders.ts"
import { decodeForm } from "./formats/decodeForm.ts"
import { everySplit } from "./formats/everySplit.ts"
import { type DatasetUse, labelledImages, unlabelledImages } from "./formats/fields.ts"
import { identityDigest } from "./formats/identityDigest.ts"
import { contentHashes, namesOf } from "./formats/imageFiles.ts"
import {
  checkImages,
  type ImageOptions,
  imageIdentity,
  imageOptions,
  readingOf,
} from "./formats/imageOptions.ts"
import { areaOf, type ImageSize, sizeOption } from "./formats/imageSize.ts"
import { imageSplit } from "./formats/imageSplit.ts"
import { keptExamples } from "./formats/keptExamples.ts"
import { lookAtImages, looksByPath } from "./formats/lookedImages.ts"
import { oneOfOption } from "./formats/options.ts"
import { refusal, transparent } from "./formats/readImage.ts"

/** Where an image's class comes from: from the sub-folder that it lies in, or nowhere. */
export type FolderLabels = "folders" | "none"

export interface ImageFolderOptions extends Shares, ImageOptions {
  /** Folder of the images or of the classes' folders; relative to the process's working directory. */
  readonly folder: string
  readonly labels: FolderLabels
  /** Side of the square images in pixels, 8 to 1024, or `[height, width]`. */
  readonly size: ImageSize
  readonly channels: 1 | 3
  /** Of a folder of two domains without labels: reads `trainA`, `valA` and `testA`, or those of B. */
  readonly domain?: "A" | "B"
}

/**
 * Anybody's folder of images (jpg, png, webp, tif, bmp, gif): with a sub-folder for each class, or without labels. Sub-folders are
 * read, of classes as well, and links followed.
 *
 * Images are split by `seed` and their bytes, class by class, so that names do not matter and copies of one image stay in one
 * split. A set that comes in splits keeps them: where the folder has a sub-folder `train` that holds folders of classes (or,
 * without labels, no images beside a sub-folder `train`), and sub-folders `validation` or `val`, and `test`; a split without a
 * sub-folder is drawn from `train`.
 *
 * Each image is turned upright, given its size by cubic resizing (squashed unless a `fit` says otherwise) and its channels. Those with
 * transparent pixels are refused without a `background`; 16 bits are read by their `range`.
 *
 * Fields: `image` float32 `[height, width, channels]` in [-1, 1]; with labels `folders` also `label` int32 `[]`, the sub-folder's
 * place by name.
 */
export const imageFolderPlugin: Plugin<"dataset", Dataset> = {
  kind: "dataset",
  name: "imageFolder",
  version: 1,
  locates: ["folder"],
  options: {
    folder: Schema.NonEmptyString,
    labels: Schema.Literals(["folders", "none"]),
    size: sizeOption(8, 1024, 64),
    channels: oneOfOption([1, 3], 3),
    domain: Schema.optionalKey(Schema.Literals(["A", "B"])),
    ...imageOptions,
    ...shareOptions,
  },
  check: (options: ImageFolderOptions) => [
    ...checkShares(options),
    ...checkImages(options),
    ...checkDomain(options),
  ],
  build: (options: ImageFolderOptions): Dataset => {
    const labelled = options.labels === "folders"
    return {
      fields: labelled ? labelledImages : unlabelledImages,
      labels: labelled,
      licence: ownLicence,
      missing: async (cache) => {
        const found = await look(options)
        if (typeof found === "string") return [found]
        const paths = found.classes.flatMap(({ images }) => Object.values(images).flat())
        const mistakes = (await lookAtImages(paths, cache)).flatMap((seen, at) => {
          const clear = seen.transparent && options.background === undefined ? transparent : undefined
          const why = seen.mistake ?? clear
          return why === undefined ? [] : [refusal(paths[at]!, why)]
        })
        if (mistakes.length > 0) return mistakes
        const splits = await splitClasses(imageFolderPlugin.name, found, options)
        return typeof splits === "string" ? [splits] : []
      },
      about: async (cache) => {
        const { classes, splits, leftOut } = await opened(options)
        const paths = everySplit((split) => splits[split].map(({ path }) => path))
        const countOf = (split: SplitName, label: number) =>
          splits[split].filter((image) => image.label === label).length
        return [
          imageAbout({
            name: imageFolderPlugin.name,
            folder: resolve(options.folder),
            splits: everySplit((split) => ({
              images: splits[split].length,
              ...(labelled
                ? { classes: Object.fromEntries(classes.map((name, label) => [name, countOf(split, label)])) }
                : {}),
            })),
            leftOut,
            looks: await looksByPath(pathsOf(splits), cache),
            asked: paths,
          }),
        ]
      },
      digest: async () => {
        const { name, version } = imageFolderPlugin
        const { classes, splits } = await opened(options)
        const parts: unknown[] = [name, version, options.labels, options.size, options.channels, classes]
        parts.push(...(await imageIdentity(options, pathsOf(splits))))
        for (const images of Object.values(splits)) {
          const paths = images.map(({ path }) => path)
          parts.push(
            namesOf(paths),
            images.map(({ label }) => label),
            await contentHashes(paths),
          )
        }
        return identityDigest(parts)
      },
      open: async (cache) => {
        passDoor(imageFolderPlugin.name)
        const { classes, splits } = await opened(options)
        const { size, channels } = options
        const form = { size, channels, ...(await readingOf(options, pathsOf(splits), cache)) }
        const split = (name: SplitName) => {
          const images = splits[name]
          return imageSplit({
            size,
            channels,
            count: images.length,
            // Float32, 4 bytes each.
            image: keptExamples(4 * areaOf(size) * channels, (index) =>
              decodeForm(images[index]!.path, form),
            ),
            ...(labelled ? { label: { classes: classes.length, of: (index) => images[index]!.label } } : {}),
          })
        }
        return { splits: everySplit(split), ...(labelled ? { classes } : {}) }
      },
    }
  },
}

/** Chooses a folder of images; `labels` says whether its sub-folders are classes. */
export function imageFolder<const L extends FolderLabels>(
  options: Pick<Options<ImageFolderOptions>, "folder"> & { readonly labels: L } & Partial<
      Options<Omit<ImageFolderOptions, "labels">>
    >,
): DatasetUse<
  L extends "folders" ? typeof labelledImages : typeof unlabelledImages,
  L extends "folders" ? true : false
> {
  return use(imageFolderPlugin, { ...options })
}

function checkDomain({ labels, domain }: ImageFolderOptions): readonly Mistake[] {
  if (domain === undefined || labels === "none") return []
  const message = `expected no domain where sub-folders are classes, but got ${domain}; use labels "none", or leave it out.`
  return [{ path: ["domain"], message }]
}

/** The classes by name with their images, or the folder as one class; a sentence where there is none. */
async function look({ folder: given, labels, domain }: ImageFolderOptions): Promise<FoundClasses | string> {
  const folder = resolve(given)
  if (!(await isFolder(folder))) {
    return `Expected a folder of images at ${folder}, but there is none; correct \`folder\`.`
  }
  return labels === "none" ? findFlat(folder, domain) : findClasses(folder)
}

async function opened(options: ImageFolderOptions): Promise<ClassSplits> {
  const found = await look(options)
  const splits =
    typeof found === "string" ? found : await splitClasses(imageFolderPlugin.name, found, options)
  if (typeof splits === "string") throw new Error(splits)
  return splits
}

const pathsOf = (splits: ClassSplits["splits"]): readonly string[] =>
  Object.values(splits).flatMap((images) => images.map(({ path }) => path))
