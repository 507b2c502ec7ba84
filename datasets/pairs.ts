import { join, resolve } from "node:path"
import { passDoor } from "@saddlepoint/core/contracts/dataDoor"
import type { Dataset, SplitName } from "@saddlepoint/core/contracts/dataset"
import { type Options, type Plugin, use } from "@saddlepoint/core/contracts/plugin"
import * as Schema from "effect/Schema"
import { ownLicence } from "./folders/ownLicence.ts"
import { checkShares, type Shares, shareOptions } from "./folders/shares.ts"
import { splitByBytes } from "./folders/splitByBytes.ts"
import { splitFolders } from "./folders/splitFolders.ts"
import { decodedSplits } from "./formats/decodedPairs.ts"
import { type DatasetUse, imagePairs } from "./formats/fields.ts"
import { contentHashes, filesDigest, imageEndings, imagesIn } from "./formats/imageFiles.ts"
import { oneOfOption, wholeOption } from "./formats/options.ts"
import type { PairBytes } from "./formats/pairBytes.ts"
import { badPairs, readHalves, resizeSquare } from "./formats/sideBySide.ts"

export interface PairsOptions extends Shares {
  /** Folder of side-by-side images; relative to the process's working directory. */
  readonly folder: string
  /** Side of the square images in pixels, 8 to 1024. */
  readonly size: number
  /** Which half is translated into which. */
  readonly direction: "leftToRight" | "rightToLeft"
}

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
    size: wholeOption(8, 1024, 256),
    direction: oneOfOption(["leftToRight", "rightToLeft"], "leftToRight"),
    ...shareOptions,
  },
  check: checkShares,
  build: (options: PairsOptions): Dataset => {
    const dataset: Dataset = {
      fields: imagePairs,
      labels: false,
      licence: ownLicence,
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
        passDoor(pairsPlugin.name)
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
  const named = await splitFolders(folder)
  const of = async (path: string | undefined) => (path === undefined ? [] : ((await imagesIn(path)) ?? []))
  const train = named.train === undefined ? undefined : await of(named.train)
  const [validation, test] = [await of(named.validation), await of(named.test)]
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
  const drawn = splitByBytes({
    name: pairsPlugin.name,
    seed: options.seed,
    where: resolve(options.folder),
    paths: found.train,
    hashes: await contentHashes(found.train),
    validation: found.validation.length > 0 ? 0 : options.validation,
    test: found.test.length > 0 ? 0 : options.test,
  })
  if (typeof drawn === "string") return drawn
  return {
    train: drawn.train,
    validation: [...found.validation, ...drawn.validation],
    test: [...found.test, ...drawn.test],
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
