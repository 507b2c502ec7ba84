import type { SplitName } from "@saddlepoint/core/contracts/dataset"
import { contentHashes } from "../formats/imageFiles.ts"
import type { LeftOut } from "../formats/imagesUnder.ts"
import type { FoundClasses } from "./classFolders.ts"
import type { Shares } from "./shares.ts"
import { splitByBytes } from "./splitByBytes.ts"

/** Where the images of each split lie, each with the place of its class. */
export interface ClassSplits {
  readonly classes: readonly string[]
  readonly splits: Readonly<Record<SplitName, readonly FolderImage[]>>
  readonly leftOut: readonly LeftOut[]
}

interface FolderImage {
  readonly path: string
  readonly label: number
}

/**
 * Draws the splits that a folder has not, class by class; see `splitByBytes`.
 * @param name of the dataset
 * @returns one sentence where too few images are different, or one image is of two classes
 */
export async function splitClasses(
  name: string,
  found: FoundClasses,
  shares: Shares,
): Promise<ClassSplits | string> {
  const splits: Record<SplitName, FolderImage[]> = { train: [], validation: [], test: [] }
  const owners = new Map<string, string>()
  for (const [label, { name: owner, where, images }] of found.classes.entries()) {
    const paths = Object.values(images).flat()
    const hashes = await contentHashes(paths)
    for (const [at, hash] of hashes.entries()) {
      const other = owners.get(hash)
      if (other !== undefined && other !== owner) {
        return (
          `Expected every image in one class, but ${paths[at]} is the same image as one of ${other}; ` +
          "take one of them out."
        )
      }
      owners.set(hash, owner)
    }
    const share = (part: "validation" | "test") => (images[part].length > 0 ? 0 : shares[part])
    const drawn = splitByBytes({
      name,
      seed: shares.seed,
      where,
      paths: images.train,
      hashes: hashes.slice(0, images.train.length),
      validation: share("validation"),
      test: share("test"),
    })
    if (typeof drawn === "string") return drawn
    const add = (part: SplitName, taken: readonly string[]) => {
      for (const path of taken) splits[part].push({ path, label })
    }
    add("train", drawn.train)
    for (const part of ["validation", "test"] as const) add(part, [...images[part], ...drawn[part]])
  }
  return { classes: found.classes.map(({ name: owner }) => owner), splits, leftOut: found.leftOut }
}
