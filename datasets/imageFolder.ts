import { resolve } from "node:path"
import { passDoor } from "@saddlepoint/core/contracts/dataDoor"
import type { Dataset, SplitName } from "@saddlepoint/core/contracts/dataset"
import { type Options, type Plugin, use } from "@saddlepoint/core/contracts/plugin"
import * as Schema from "effect/Schema"
import { type FoundClass, findClasses, findFlat } from "./folders/classFolders.ts"
import { ownLicence } from "./folders/ownLicence.ts"
import { checkShares, type Shares, shareOptions } from "./folders/shares.ts"
import { splitByBytes } from "./folders/splitByBytes.ts"
import { isFolder } from "./folders/splitFolders.ts"
import { decodeSquare } from "./formats/decodeSquare.ts"
import { everySplit } from "./formats/everySplit.ts"
import { type DatasetUse, labelledImages, unlabelledImages } from "./formats/fields.ts"
import type { ImageForm } from "./formats/fitImage.ts"
import { identityDigest } from "./formats/identityDigest.ts"
import { contentHashes, imageMistakes, namesOf } from "./formats/imageFiles.ts"
import { imageSplit } from "./formats/imageSplit.ts"
import { keptExamples } from "./formats/keptExamples.ts"
import { oneOfOption, wholeOption } from "./formats/options.ts"
import { imageMistake } from "./formats/readImage.ts"

/** Where an image's class comes from: from the sub-folder that it lies in, or nowhere. */
export type FolderLabels = "folders" | "none"

export interface ImageFolderOptions extends ImageForm, Shares {
  /** Folder of the images or of the classes' folders; relative to the process's working directory. */
  readonly folder: string
  readonly labels: FolderLabels
}

/**
 * Anybody's folder of images (jpg, png, webp): with a sub-folder for each class, or flat and without labels.
 *
 * Images are split by `seed` and their bytes, class by class, so that names do not matter and copies of one image stay in one
 * split. A set that comes in splits keeps them: where the folder has a sub-folder `train` that holds folders of classes (or,
 * without labels, no images beside a sub-folder `train`), and sub-folders `validation` or `val`, and `test`; a split without a
 * sub-folder is drawn from `train`.
 *
 * Each image is turned upright, made square by cubic resizing (no cropping) and given its channels; transparent ones are
 * refused.
 *
 * Fields: `image` float32 `[size, size, channels]` in [-1, 1]; with labels `folders` also `label` int32 `[]`, the sub-folder's
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
    size: wholeOption(8, 1024, 64),
    channels: oneOfOption([1, 3], 3),
    ...shareOptions,
  },
  check: checkShares,
  build: (options: ImageFolderOptions): Dataset => {
    const labelled = options.labels === "folders"
    return {
      fields: labelled ? labelledImages : unlabelledImages,
      labels: labelled,
      licence: ownLicence,
      missing: async () => {
        const found = await look(options)
        if (typeof found === "string") return [found]
        const mistakes = await imageMistakes(found.flatMap(pathsOf), imageMistake)
        if (mistakes.length > 0) return mistakes
        const splits = await splitsOf(options)
        return typeof splits === "string" ? [splits] : []
      },
      digest: async () => {
        const { name, version } = imageFolderPlugin
        const { classes, splits } = await opened(options)
        const parts: unknown[] = [name, version, options.labels, options.size, options.channels, classes]
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
      open: async () => {
        passDoor(imageFolderPlugin.name)
        const { classes, splits } = await opened(options)
        const { size, channels } = options
        const split = (name: SplitName) => {
          const images = splits[name]
          return imageSplit({
            size,
            channels,
            count: images.length,
            // Float32, 4 bytes each.
            image: keptExamples(4 * size * size * channels, (index) =>
              decodeSquare(images[index]!.path, options),
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

/** The classes by name with their images, or the flat folder as one class; a sentence where there is none. */
async function look({ folder: given, labels }: ImageFolderOptions): Promise<readonly FoundClass[] | string> {
  const folder = resolve(given)
  if (!(await isFolder(folder))) {
    return `Expected a folder of images at ${folder}, but there is none; correct \`folder\`.`
  }
  return labels === "none" ? findFlat(folder) : findClasses(folder)
}

const pathsOf = ({ images }: FoundClass): readonly string[] => Object.values(images).flat()

interface FolderImage {
  readonly path: string
  readonly label: number
}

interface FolderSplits {
  readonly classes: readonly string[]
  readonly splits: Readonly<Record<SplitName, readonly FolderImage[]>>
}

async function splitsOf(options: ImageFolderOptions): Promise<FolderSplits | string> {
  const found = await look(options)
  if (typeof found === "string") return found
  const splits: Record<SplitName, FolderImage[]> = { train: [], validation: [], test: [] }
  const owners = new Map<string, string>()
  for (const [label, { name, where, images }] of found.entries()) {
    const paths = pathsOf({ name, where, images })
    const hashes = await contentHashes(paths)
    for (const [at, hash] of hashes.entries()) {
      const other = owners.get(hash)
      if (other !== undefined && other !== name) {
        return (
          `Expected every image in one class, but ${paths[at]} is the same image as one of ${other}; ` +
          "take one of them out."
        )
      }
      owners.set(hash, name)
    }
    const share = (part: "validation" | "test") => (images[part].length > 0 ? 0 : options[part])
    const drawn = splitByBytes({
      name: imageFolderPlugin.name,
      seed: options.seed,
      where,
      paths: images.train,
      hashes: hashes.slice(0, images.train.length),
      validation: share("validation"),
      test: share("test"),
    })
    if (typeof drawn === "string") return drawn
    const add = (part: SplitName, taken: readonly string[]) =>
      splits[part].push(...taken.map((path) => ({ path, label })))
    add("train", drawn.train)
    for (const part of ["validation", "test"] as const) add(part, [...images[part], ...drawn[part]])
  }
  return { classes: found.map(({ name }) => name), splits }
}

async function opened(options: ImageFolderOptions): Promise<FolderSplits> {
  const splits = await splitsOf(options)
  if (typeof splits === "string") throw new Error(splits)
  return splits
}
