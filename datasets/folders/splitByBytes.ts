import type { SplitName } from "@saddlepoint/core/contracts/dataset"
import { stream } from "@saddlepoint/engine/random"
import type { Shares } from "./shares.ts"

/** Images that are to be split, with shares of 0 where nothing is to be drawn. */
export interface ImagesToSplit extends Shares {
  /** Name of the dataset: its streams are its own. */
  readonly name: string
  /** The folder that they are of, for errors. */
  readonly where: string
  readonly paths: readonly string[]
  /** SHA-256 of each file. */
  readonly hashes: readonly string[]
}

/**
 * Splits images by a seed and their bytes, so that names do not matter and copies of one image stay in one split: the shares of
 * the different images, rounded and at least one each, and the rest to train on; each split in the order of its paths.
 *
 * @returns one sentence where too few images are different
 */
export function splitByBytes(images: ImagesToSplit): Readonly<Record<SplitName, readonly string[]>> | string {
  const groups = new Map<string, string[]>()
  for (const [at, path] of images.paths.entries()) {
    const group = groups.get(images.hashes[at]!)
    if (group) group.push(path)
    else groups.set(images.hashes[at]!, [path])
  }
  const ranked = [...groups]
    .map(([hash, paths]) => ({
      paths,
      hash,
      rank: stream(images.seed, images.name, "split", hash).uniform(),
    }))
    .sort((a, b) => a.rank - b.rank || (a.hash < b.hash ? -1 : 1))
  const countOf = (share: number) => (share === 0 ? 0 : Math.max(1, Math.round(share * ranked.length)))
  const [validation, test] = [countOf(images.validation), countOf(images.test)]
  if (validation + test >= ranked.length) {
    return (
      `Expected at least ${validation + test + 1} different images to split into train, validation and test in ` +
      `${images.where}, but there ${ranked.length === 1 ? "is" : "are"} ${ranked.length}.`
    )
  }
  const pick = (from: number, to: number): readonly string[] =>
    ranked
      .slice(from, to)
      .flatMap(({ paths }) => paths)
      .sort((a, b) => (a < b ? -1 : 1))
  return {
    train: pick(validation + test, ranked.length),
    validation: pick(0, validation),
    test: pick(validation, validation + test),
  }
}
