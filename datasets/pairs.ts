import { join, resolve } from "node:path"
import type { Dataset, SplitName } from "@saddlepoint/core/contracts/dataset"
import type { Mistake } from "@saddlepoint/core/contracts/mistake"
import { type Options, type Plugin, use } from "@saddlepoint/core/contracts/plugin"
import { stream } from "@saddlepoint/engine/random"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { decodedSplits } from "./formats/decodedPairs.ts"
import { type DatasetUse, imagePairs } from "./formats/fields.ts"
import {
  badPairs,
  contentHashes,
  filesDigest,
  imageEndings,
  imagesIn,
  readHalves,
  resizeSquare,
} from "./formats/imageFiles.ts"
import type { PairBytes } from "./formats/pairBytes.ts"

export interface PairsOptions {
  /** Folder of side-by-side images; relative to the process's working directory. */
  readonly folder: string
  /** Side of the square images in pixels, 8 to 1024. */
  readonly size: number
  /** Which half is translated into which. */
  readonly direction: "leftToRight" | "rightToLeft"
  /** Share of the images that becomes the validation split, where the folder names none. */
  readonly validation: number
  /** Share of the images that becomes the test split, where the folder names none. */
  readonly test: number
  /** Seed of the split. */
  readonly seed: number
}

const share = (otherwise: number) =>
  Schema.Finite.check(Schema.isGreaterThan(0), Schema.isLessThan(1)).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(otherwise)),
  )

/**
 * Anybody's folder of side-by-side pairs: RGB images (jpg, png, webp) twice as wide as high.
 *
 * Sub-folders `train`, `val` or `validation`, and `test` are the splits. A split without a sub-folder is drawn from
 * `train`, or from the folder itself where there is no `train`: by `seed` and the files' bytes, so that names do not
 * matter and copies of one image stay in one split.
 *
 * Fields: `input` and `target` float32 `[size, size, 3]` in [-1, 1].
 */
export const pairsPlugin: Plugin<"dataset", Dataset> = {
  kind: "dataset",
  name: "pairs",
  version: 1,
  locates: ["folder"],
  options: {
    folder: Schema.NonEmptyString,
    size: Schema.Int.check(Schema.isBetween({ minimum: 8, maximum: 1024 })).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(256)),
    ),
    direction: Schema.Literals(["leftToRight", "rightToLeft"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed("leftToRight" as const)),
    ),
    validation: share(0.1),
    test: share(0.2),
    seed: Schema.Natural.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0))),
  },
  check: ({ validation, test }: PairsOptions): readonly Mistake[] =>
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
  build: (options: PairsOptions): Dataset => {
    const dataset: Dataset = {
      fields: imagePairs,
      labels: false,
      licence: "Your own images: Saddlepoint knows no licence of them.",
      missing: async () => {
        const found = await look(options.folder)
        if (typeof found === "string") return [found]
        const bad = await badPairs(Object.values(found).flat())
        if (bad.length > 0) return bad
        const splits = await splitsOf(options)
        return typeof splits === "string" ? [splits] : []
      },
      digest: async () => {
        const { size, direction } = options
        return filesDigest([pairsPlugin.name, pairsPlugin.version, size, direction], await opened(options))
      },
      open: async (cache) => {
        const files = await opened(options)
        const { name } = pairsPlugin
        const parts = { name, files, size: options.size, decode: (path: string) => decode(path, options) }
        return { splits: await decodedSplits(parts, cache, dataset.digest) }
      },
    }
    return dataset
  },
}

/** Chooses a folder of side-by-side pairs. */
export function pairs(
  options: Pick<Options<PairsOptions>, "folder"> & Partial<Options<PairsOptions>>,
): DatasetUse<typeof imagePairs, false> {
  return use(pairsPlugin, { ...options })
}

type Files = Record<SplitName, readonly string[]>

/** The images of each split that the folder names, and under `train` those of the folder itself where it names none. */
async function look(given: string): Promise<Files | string> {
  const folder = resolve(given)
  const direct = await imagesIn(folder)
  if (direct === undefined) {
    return `Expected a folder of image pairs at ${folder}, but there is none; correct \`folder\`.`
  }
  const train = await imagesIn(join(folder, "train"))
  const validation =
    (await imagesIn(join(folder, "validation"))) ?? (await imagesIn(join(folder, "val"))) ?? []
  const test = (await imagesIn(join(folder, "test"))) ?? []
  if (train === undefined && direct.length === 0 && validation.length + test.length > 0) {
    return `Expected a sub-folder train beside those for validation or test in ${folder}, but there is none.`
  }
  const images = train ?? direct
  if (images.length === 0) {
    const where = train === undefined ? folder : join(folder, "train")
    return `Expected image pairs (${imageEndings.join(", ")}) in ${where}, but there are none.`
  }
  return train === undefined ? { train: images, validation: [], test: [] } : { train, validation, test }
}

async function splitsOf(options: PairsOptions): Promise<Files | string> {
  const found = await look(options.folder)
  if (typeof found === "string") return found
  const hashes = await contentHashes(found.train)
  const groups = new Map<string, string[]>()
  found.train.forEach((path, at) => {
    const group = groups.get(hashes[at]!)
    if (group) group.push(path)
    else groups.set(hashes[at]!, [path])
  })
  const ranked = [...groups]
    .map(([hash, paths]) => ({ paths, hash, rank: stream(options.seed, "pairs", "split", hash).uniform() }))
    .sort((a, b) => a.rank - b.rank || (a.hash < b.hash ? -1 : 1))
  const countOf = (named: readonly string[], part: number): number =>
    named.length > 0 ? 0 : Math.max(1, Math.round(part * ranked.length))
  const validation = countOf(found.validation, options.validation)
  const test = countOf(found.test, options.test)
  if (validation + test >= ranked.length) {
    return (
      `Expected at least ${validation + test + 1} different images to split into train, validation and test in ` +
      `${resolve(options.folder)}, but there ${ranked.length === 1 ? "is" : "are"} ${ranked.length}.`
    )
  }
  const pick = (from: number, to: number): string[] =>
    ranked
      .slice(from, to)
      .flatMap(({ paths }) => paths)
      .sort((a, b) => (a < b ? -1 : 1))
  return {
    train: pick(validation + test, ranked.length),
    validation: validation > 0 ? pick(0, validation) : found.validation,
    test: test > 0 ? pick(validation, validation + test) : found.test,
  }
}

async function opened(options: PairsOptions): Promise<Files> {
  const splits = await splitsOf(options)
  if (typeof splits === "string") throw new Error(splits)
  return splits
}

async function decode(path: string, { size, direction }: PairsOptions): Promise<PairBytes> {
  const { left, right, side } = await readHalves(path)
  const [input, target] = direction === "leftToRight" ? [left, right] : [right, left]
  return { input: await resizeSquare(input, side, size), target: await resizeSquare(target, side, size) }
}
