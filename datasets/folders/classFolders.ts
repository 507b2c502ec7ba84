import { join } from "node:path"
import type { SplitName } from "@saddlepoint/core/contracts/dataset"
import { imageEndings, imagesIn } from "../formats/imageFiles.ts"
import { imagesUnder, type LeftOut } from "../formats/imagesUnder.ts"
import { besideSplits, looseImages } from "./besideSplits.ts"
import { type SplitFolders, splitFolders, subFolders } from "./splitFolders.ts"

/** The images of a class, or of a folder without classes. */
export interface FoundClass {
  /** The class; empty where there are none. */
  readonly name: string
  /** The folder that is to be split. */
  readonly where: string
  /** Paths by split: `train` is to be split further, where the others are empty. */
  readonly images: Readonly<Record<SplitName, readonly string[]>>
}

/** What a folder holds. */
export interface FoundClasses {
  readonly classes: readonly FoundClass[]
  readonly leftOut: readonly LeftOut[]
}

const endings = imageEndings.join(", ")

/**
 * The images of a folder and its sub-folders, or those of its sub-folders `train`, `validation` or `val`, and `test` where it has them
 * and no images of its own; a sentence where there are none.
 *
 * @param domain reads `trainA`, `valA` and `testA` of a folder of two domains
 */
export async function findFlat(folder: string, domain?: string): Promise<FoundClasses | string> {
  const own = domain === undefined ? ((await imagesIn(folder)) ?? []) : []
  const splits = await splitFolders(folder, domain)
  const named = own.length > 0 ? {} : splits
  if (domain !== undefined && named.train === undefined) {
    return `Expected a sub-folder train${domain} in ${folder}, but there is none; correct \`domain\`.`
  }
  let leftOut: readonly LeftOut[] = []
  const of = async (path: string | undefined) => {
    if (path === undefined) return []
    const found = await imagesUnder(path)
    leftOut = [...leftOut, ...(found?.leftOut ?? [])]
    return found?.images ?? []
  }
  const where = named.train ?? folder
  const loose = named.train === undefined ? await looseImages(folder, splits) : undefined
  const train = loose?.images ?? (await of(where))
  leftOut = [...leftOut, ...(loose?.leftOut ?? [])]
  if (train.length === 0 && loose !== undefined && (splits.validation ?? splits.test) !== undefined) {
    return `Expected a sub-folder train beside those for validation or test in ${folder}, but there is none.`
  }
  if (train.length === 0) {
    return `Expected images (${endings}) in ${where}, but there are none; correct \`folder\`.`
  }
  if (loose !== undefined) {
    return { classes: [{ name: "", where, images: { train, validation: [], test: [] } }], leftOut }
  }
  const [validation, test] = [await of(named.validation), await of(named.test)]
  // The other domain is somebody else's.
  if (domain === undefined) leftOut = [...leftOut, ...(await besideSplits(folder, Object.values(named)))]
  return { classes: [{ name: "", where, images: { train, validation, test } }], leftOut }
}

/**
 * The sub-folders of a folder as classes by name, else those of its sub-folders `train`, `validation` or `val`, and `test`, which
 * must have the same classes; a sentence where there are none. What lies in sub-folders of a class is of that class.
 */
export async function findClasses(folder: string): Promise<FoundClasses | string> {
  const named = await splitFolders(folder)
  // A folder `train` is a class like any other, unless it holds folders and no images.
  const split =
    named.train !== undefined &&
    (await imagesIn(named.train))?.length === 0 &&
    (await subFolders(named.train)).length > 0
  const folders: SplitFolders = split ? named : { train: folder }
  const train = await imagesOfClasses(folders.train!)
  if (typeof train === "string") return train
  let leftOut = train.leftOut
  const held = { validation: new Map() as Classes, test: new Map() as Classes }
  for (const part of ["validation", "test"] as const) {
    const path = folders[part]
    if (path === undefined) continue
    const found = await imagesOfClasses(path)
    if (typeof found === "string") return found
    const [wanted, there] = [train, found].map(({ classes }) => [...classes.keys()].join(", "))
    if (wanted !== there) {
      return `Expected the classes of train (${wanted}) in ${path}, but there are ${there}; make their sub-folders the same.`
    }
    held[part] = found.classes
    leftOut = [...leftOut, ...found.leftOut]
  }
  if (split) leftOut = [...leftOut, ...(await besideSplits(folder, Object.values(named)))]
  const classes = [...train.classes].map(([name, images]) => ({
    name,
    where: join(folders.train!, name),
    images: { train: images, validation: held.validation.get(name) ?? [], test: held.test.get(name) ?? [] },
  }))
  return { classes, leftOut }
}

/** Paths of the images of each class, in the order of the classes. */
type Classes = ReadonlyMap<string, readonly string[]>

async function imagesOfClasses(
  folder: string,
): Promise<{ readonly classes: Classes; readonly leftOut: readonly LeftOut[] } | string> {
  const names = await subFolders(folder)
  if (names.length < 2) {
    return (
      `Expected a sub-folder of images for each of two classes or more in ${folder}, but there ` +
      `${names.length === 1 ? `is only ${names[0]}` : "is none"}; use labels "none" for images without classes.`
    )
  }
  const classes = new Map<string, readonly string[]>()
  let leftOut: readonly LeftOut[] = ((await imagesIn(folder)) ?? []).map((path) => ({
    path,
    why: "in no class's folder",
  }))
  for (const name of names) {
    const found = await imagesUnder(join(folder, name))
    classes.set(name, found?.images ?? [])
    leftOut = [...leftOut, ...(found?.leftOut ?? [])]
  }
  const empty = names.find((name) => classes.get(name)!.length === 0)
  if (empty === undefined) return { classes, leftOut }
  return (
    `Expected images (${endings}) in ${join(folder, empty)}, but there are none; ` +
    "take the sub-folder out or fill it."
  )
}
