import { createHash } from "node:crypto"
import { readdir, stat } from "node:fs/promises"
import { join, resolve } from "node:path"
import type { Dataset, Split, SplitName } from "@saddlepoint/core/contracts/dataset"
import type { Mistake } from "@saddlepoint/core/contracts/mistake"
import { type Options, type Plugin, use } from "@saddlepoint/core/contracts/plugin"
import { stream } from "@saddlepoint/engine/random"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { decodeSquare, imageMistake } from "./formats/decodeSquare.ts"
import { exampleIndex } from "./formats/exampleIndex.ts"
import {
  classField,
  type DatasetUse,
  imageField,
  labelledImages,
  unlabelledImages,
} from "./formats/fields.ts"
import type { ImageForm } from "./formats/fitImage.ts"
import { contentHashes, eachOf, imageEndings, imagesIn, namesOf } from "./formats/imageFiles.ts"

/** Where an image's class comes from: from the sub-folder that it lies in, or nowhere. */
export type FolderLabels = "folders" | "none"

export interface ImageFolderOptions extends ImageForm {
  /** Folder of the images or of the classes' folders; relative to the process's working directory. */
  readonly folder: string
  readonly labels: FolderLabels
  /** Shares of the different images that become the validation and the test split. */
  readonly validation: number
  readonly test: number
  /** Seed of the split. */
  readonly seed: number
}

const share = (otherwise: number) =>
  Schema.Finite.check(Schema.isGreaterThan(0), Schema.isLessThan(1)).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(otherwise)),
  )

/**
 * Anybody's folder of images (jpg, png, webp): with a sub-folder for each class, or flat and without labels.
 *
 * Images are split by `seed` and their bytes, class by class, so that names do not matter and copies of one image stay in one
 * split. Each is turned upright, made square by cubic resizing (no cropping) and given its channels; transparent ones are
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
    size: Schema.Int.check(Schema.isBetween({ minimum: 8, maximum: 1024 })).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(64)),
    ),
    channels: Schema.Literals([1, 3]).pipe(Schema.withDecodingDefaultKey(Effect.succeed(3 as const))),
    validation: share(0.1),
    test: share(0.2),
    seed: Schema.Natural.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0))),
  },
  check: ({ validation, test }: ImageFolderOptions): readonly Mistake[] =>
    validation + test < 1
      ? []
      : [
          {
            path: ["test"],
            message:
              `expected shares of validation and test that leave something to train on, but ${validation} and ` +
              `${test} sum to 1 or more; make one of them smaller.`,
          },
        ],
  build: (options: ImageFolderOptions): Dataset => {
    const labelled = options.labels === "folders"
    return {
      fields: labelled ? labelledImages : unlabelledImages,
      labels: labelled,
      licence: "Your own images: Saddlepoint knows no licence of them.",
      missing: async () => {
        const found = await look(options)
        if (typeof found === "string") return [found]
        const paths = found.flatMap(({ images }) => images)
        const mistakes = (await eachOf(paths, imageMistake)).filter((mistake) => mistake !== undefined)
        if (mistakes.length > 0) return mistakes.slice(0, shownMistakes)
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
        return createHash("sha256").update(JSON.stringify(parts)).digest("hex")
      },
      open: async () => {
        const { classes, splits } = await opened(options)
        const split = (name: SplitName) =>
          splitOf(splits[name], options, labelled ? classes.length : undefined)
        return {
          splits: { train: split("train"), validation: split("validation"), test: split("test") },
          ...(labelled ? { classes } : {}),
        }
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

/** How many sentences about single images are worth reading. */
const shownMistakes = 5
/** Decoded images that a split keeps in memory, in bytes; what is beyond is decoded again at each read. */
const keptBytes = 256 * 2 ** 20

interface ClassFolder {
  readonly name: string
  readonly images: readonly string[]
}

interface FolderImage {
  readonly path: string
  readonly label: number
}

/** The classes by name with their images, or the flat folder as one class; a sentence where there is none. */
async function look({ folder: given, labels }: ImageFolderOptions): Promise<readonly ClassFolder[] | string> {
  const folder = resolve(given)
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    return `Expected a folder of images at ${folder}, but there is none; correct \`folder\`.`
  }
  if (labels === "none") {
    const images = (await imagesIn(folder)) ?? []
    if (images.length > 0) return [{ name: "", images }]
    return `Expected images (${imageEndings.join(", ")}) in ${folder}, but there are none; correct \`folder\`.`
  }
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .sort((a, b) => (a < b ? -1 : 1))
  if (names.length < 2) {
    return (
      `Expected a sub-folder of images for each of two classes or more in ${folder}, but there ` +
      `${names.length === 1 ? `is only ${names[0]}` : "is none"}; use labels "none" for images without classes.`
    )
  }
  const classes: ClassFolder[] = []
  for (const name of names) classes.push({ name, images: (await imagesIn(join(folder, name))) ?? [] })
  const empty = classes.find(({ images }) => images.length === 0)
  if (empty === undefined) return classes
  return (
    `Expected images (${imageEndings.join(", ")}) in ${join(folder, empty.name)}, but there are none; ` +
    "take the sub-folder out or fill it."
  )
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
  for (const [label, { name, images }] of found.entries()) {
    const groups = new Map<string, string[]>()
    for (const [at, hash] of (await contentHashes(images)).entries()) {
      const other = owners.get(hash)
      if (other !== undefined && other !== name) {
        return (
          `Expected every image in one class, but ${images[at]} is the same image as one of ${other}; ` +
          "take one of them out."
        )
      }
      owners.set(hash, name)
      groups.set(hash, [...(groups.get(hash) ?? []), images[at]!])
    }
    const ranked = [...groups]
      .map(([hash, paths]) => ({
        paths,
        hash,
        rank: stream(options.seed, "imageFolder", "split", hash).uniform(),
      }))
      .sort((a, b) => a.rank - b.rank || (a.hash < b.hash ? -1 : 1))
    const countOf = (part: number): number => Math.max(1, Math.round(part * ranked.length))
    const [validation, test] = [countOf(options.validation), countOf(options.test)]
    if (validation + test >= ranked.length) {
      return (
        `Expected at least ${validation + test + 1} different images to split into train, validation and test in ` +
        `${join(resolve(options.folder), name)}, but there ${ranked.length === 1 ? "is" : "are"} ${ranked.length}.`
      )
    }
    const pick = (from: number, to: number) =>
      ranked
        .slice(from, to)
        .flatMap(({ paths }) => paths)
        .sort((a, b) => (a < b ? -1 : 1))
        .map((path) => ({ path, label }))
    splits.validation.push(...pick(0, validation))
    splits.test.push(...pick(validation, validation + test))
    splits.train.push(...pick(validation + test, ranked.length))
  }
  return { classes: found.map(({ name }) => name), splits }
}

async function opened(options: ImageFolderOptions): Promise<FolderSplits> {
  const splits = await splitsOf(options)
  if (typeof splits === "string") throw new Error(splits)
  return splits
}

function splitOf(images: readonly FolderImage[], form: ImageForm, classes: number | undefined): Split {
  const { size, channels } = form
  const length = size * size * channels
  const kept = new Map<number, Float32Array>()
  const example = async (index: number): Promise<Float32Array> => {
    const known = kept.get(index) ?? (await decodeSquare(images[index]!.path, form))
    if (kept.size < keptBytes / (4 * length)) kept.set(index, known)
    return known
  }
  const image = imageField(form)
  return {
    size: images.length,
    fields: classes === undefined ? { image } : { image, label: classField(classes) },
    async read(given) {
      const indices = given.map((index) => exampleIndex(index, images.length))
      const values = new Float32Array(indices.length * length)
      for (const [at, one] of (await eachOf(indices, example)).entries()) values.set(one, at * length)
      if (classes === undefined) return { image: values }
      return { image: values, label: Int32Array.from(indices, (index) => images[index]!.label) }
    },
  }
}
