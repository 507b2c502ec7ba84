import type { SplitName } from "@saddlepoint/core/contracts/dataset"
import { identityDigest } from "../formats/identityDigest.ts"
import { contentHashes } from "../formats/imageFiles.ts"
import type { LeftOut } from "../formats/imagesUnder.ts"
import type { FoundPairs, PairPlace } from "./pairFolders.ts"
import type { Shares } from "./shares.ts"
import { splitByBytes } from "./splitByBytes.ts"

/** Where the pairs of each split lie. */
export interface PairSplits {
  readonly splits: Readonly<Record<SplitName, readonly PairPlace[]>>
  readonly leftOut: readonly LeftOut[]
}

/**
 * Draws the splits that a folder has not by the bytes of both images of a pair; see `splitByBytes`.
 * @param name of the dataset
 * @returns one sentence where too few pairs are different
 */
export async function splitPairs(
  name: string,
  where: string,
  { places: { train, validation, test }, leftOut }: FoundPairs,
  shares: Shares,
): Promise<PairSplits | string> {
  const paths = train.map(([first]) => first)
  const hashes = await contentHashes(paths)
  const seconds = await contentHashes(train.flatMap((place) => place[1] ?? []))
  const drawn = splitByBytes({
    name,
    seed: shares.seed,
    where,
    paths,
    hashes: seconds.length === 0 ? hashes : hashes.map((hash, at) => identityDigest([hash, seconds[at]])),
    validation: validation.length > 0 ? 0 : shares.validation,
    test: test.length > 0 ? 0 : shares.test,
  })
  if (typeof drawn === "string") return drawn
  const places = new Map(train.map((place) => [place[0], place]))
  const of = (split: SplitName) => drawn[split].map((path) => places.get(path)!)
  const splits = {
    train: of("train"),
    validation: [...validation, ...of("validation")],
    test: [...test, ...of("test")],
  }
  return { splits, leftOut }
}
