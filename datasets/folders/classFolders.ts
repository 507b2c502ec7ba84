import { join } from "node:path"
import type { SplitName } from "@saddlepoint/core/contracts/dataset"
import { imageEndings, imagesIn } from "../formats/imageFiles.ts"
import { splitFolders, subFolders } from "./splitFolders.ts"

/** The images of a class, or of a folder without classes. */
export interface FoundClass {
  /** The class; empty where there are none. */
  readonly name: string
  /** The folder that is to be split. */
  readonly where: string
  /** Paths by split: `train` is to be split further, where the others are empty. */
  readonly images: Readonly<Record<SplitName, readonly string[]>>
}

const endings = imageEndings.join(", ")

/**
 * The images directly in a folder, else those of its sub-folders `train`, `validation` or `val`, and `test`; a sentence where there
 * are none.
 */
export async function findFlat(folder: string): Promise<readonly FoundClass[] | string> {
  const images = (await imagesIn(folder)) ?? []
  const named = images.length > 0 ? {} : await splitFolders(folder)
  const where = named.train ?? folder
  const of = async (path: string | undefined) => (path === undefined ? [] : ((await imagesIn(path)) ?? []))
  const train = images.length > 0 ? images : await of(named.train)
  if (train.length === 0) {
    return `Expected images (${endings}) in ${where}, but there are none; correct \`folder\`.`
  }
  return [
    {
      name: "",
      where,
      images: { train, validation: await of(named.validation), test: await of(named.test) },
    },
  ]
}

/**
 * The sub-folders of a folder as classes by name, else those of its sub-folders `train`, `validation` or `val`, and `test`, which
 * must have the same classes; a sentence where there are none.
 */
export async function findClasses(folder: string): Promise<readonly FoundClass[] | string> {
  const named = await splitFolders(folder)
  // A folder `train` is a class like any other, unless it holds folders and no images.
  const split =
    named.train !== undefined &&
    (await imagesIn(named.train))?.length === 0 &&
    (await subFolders(named.train)).length > 0
  const train = await imagesOfClasses(split ? named.train! : folder)
  if (typeof train === "string") return train
  const held = { validation: new Map() as Classes, test: new Map() as Classes }
  for (const part of ["validation", "test"] as const) {
    const path = split ? named[part] : undefined
    if (path === undefined) continue
    const found = await imagesOfClasses(path)
    if (typeof found === "string") return found
    const [wanted, there] = [train, found].map((classes) => [...classes.keys()].join(", "))
    if (wanted !== there) {
      return `Expected the classes of train (${wanted}) in ${path}, but there are ${there}; make their sub-folders the same.`
    }
    held[part] = found
  }
  return [...train].map(([name, images]) => ({
    name,
    where: join(split ? named.train! : folder, name),
    images: { train: images, validation: held.validation.get(name) ?? [], test: held.test.get(name) ?? [] },
  }))
}

/** Paths of the images of each class, in the order of the classes. */
type Classes = ReadonlyMap<string, readonly string[]>

async function imagesOfClasses(folder: string): Promise<Classes | string> {
  const names = await subFolders(folder)
  if (names.length < 2) {
    return (
      `Expected a sub-folder of images for each of two classes or more in ${folder}, but there ` +
      `${names.length === 1 ? `is only ${names[0]}` : "is none"}; use labels "none" for images without classes.`
    )
  }
  const classes = new Map<string, readonly string[]>()
  for (const name of names) classes.set(name, (await imagesIn(join(folder, name))) ?? [])
  const empty = names.find((name) => classes.get(name)!.length === 0)
  if (empty === undefined) return classes
  return (
    `Expected images (${endings}) in ${join(folder, empty)}, but there are none; ` +
    "take the sub-folder out or fill it."
  )
}
