import { extname, join, relative, sep } from "node:path"
import type { SplitName } from "@saddlepoint/core/contracts/dataset"
import { imageEndings, imagesIn, nameWithin } from "../formats/imageFiles.ts"
import { imagesUnder, type LeftOut } from "../formats/imagesUnder.ts"
import { besideSplits, looseImages } from "./besideSplits.ts"
import { isFolder, type SplitFolders, splitFolders, subFolders } from "./splitFolders.ts"

/** Where a pair lies: in one file side by side, or in two files of one name. */
export type PairPlace = readonly [both: string] | readonly [first: string, second: string]

/** The pairs of a folder: under `train` what is to be split further, where the others are empty. */
export interface FoundPairs {
  readonly places: Readonly<Record<SplitName, readonly PairPlace[]>>
  readonly leftOut: readonly LeftOut[]
}

/** Names of two folders of pairs that are known by themselves, the input first. */
const knownNames = [
  ["A", "B"],
  ["input", "target"],
  ["photo", "mask"],
  ["photos", "masks"],
  ["image", "mask"],
  ["images", "masks"],
] as const

/** Folders of the two images of the pairs, by split. */
type Sides = Readonly<Partial<Record<SplitName, readonly [first: string, second: string]>>>

/**
 * The pairs of a folder, or a sentence where there are none. Two folders of equal names are looked for first, as `A/` and `B/` (each with
 * splits or without), `train/A/` and `train/B/`, or `trainA/` and `trainB/`; else each image is a pair side by side.
 *
 * @param given names of the two folders; those that are known where left out
 */
export async function findPairs(
  folder: string,
  given?: readonly [string, string],
): Promise<FoundPairs | string> {
  if (!(await isFolder(folder))) {
    return `Expected a folder of image pairs at ${folder}, but there is none; correct \`folder\`.`
  }
  const there = await subFolders(folder)
  const own = (await imagesIn(folder))!.length > 0
  for (const names of given === undefined ? knownNames : [given]) {
    // Images of the folder itself are pairs side by side, unless it is said where the pairs lie.
    const sides = given === undefined && own ? undefined : await twoFolders(folder, there, names)
    if (sides !== undefined) return pairsOfSides(folder, sides, names)
  }
  if (given === undefined) return pairsSideBySide(folder, own)
  return `Expected sub-folders ${given.join(" and ")} of image pairs in ${folder}, but there are ${there.join(", ") || "none"}; correct \`folders\`.`
}

async function twoFolders(
  folder: string,
  there: readonly string[],
  [first, second]: readonly [string, string],
): Promise<Sides | undefined> {
  if (there.includes(first) && there.includes(second)) {
    const sides = [join(folder, first), join(folder, second)] as const
    const [one, other] = [await splitFolders(sides[0]), await splitFolders(sides[1])]
    return one.train === undefined && other.train === undefined ? { train: sides } : together(one, other)
  }
  const [one, other] = [await splitFolders(folder, first), await splitFolders(folder, second)]
  if (one.train !== undefined && other.train !== undefined) return together(one, other)
  const splits = Object.entries(await splitFolders(folder)) as [SplitName, string][]
  const within: Partial<Record<SplitName, readonly [string, string]>> = {}
  for (const [split, path] of splits) {
    const sides = [join(path, first), join(path, second)] as const
    if ((await isFolder(sides[0])) && (await isFolder(sides[1]))) within[split] = sides
  }
  return within.train === undefined ? undefined : within
}

function together(one: SplitFolders, other: SplitFolders): Sides {
  const parts = ["train", "validation", "test"] as const
  return Object.fromEntries(
    parts.flatMap((part) => {
      const [first, second] = [one[part], other[part]]
      // Where one side is not there, the images of the other are told as left out.
      return (first ?? second) === undefined ? [] : [[part, [first ?? "", second ?? ""]]]
    }),
  )
}

async function pairsOfSides(
  folder: string,
  sides: Sides,
  names: readonly [string, string],
): Promise<FoundPairs | string> {
  const places: Record<SplitName, PairPlace[]> = { train: [], validation: [], test: [] }
  const alone: LeftOut[] = []
  let leftOut: readonly LeftOut[] = []
  for (const [split, [first, second]] of Object.entries(sides) as [SplitName, readonly [string, string]][]) {
    const [one, other] = [await imagesUnder(first), await imagesUnder(second)]
    leftOut = [...leftOut, ...(one?.leftOut ?? []), ...(other?.leftOut ?? [])]
    const firsts = byName(first, one?.images ?? [])
    const seconds = byName(second, other?.images ?? [])
    for (const named of [firsts, seconds]) if (typeof named === "string") return named
    const [from, to] = [firsts, seconds] as [ReadonlyMap<string, string>, ReadonlyMap<string, string>]
    for (const [name, path] of from) {
      const partner = to.get(name)
      if (partner === undefined) alone.push({ path, why: `without one of its name in ${names[1]}` })
      else places[split].push([path, partner])
    }
    for (const [name, path] of to) {
      if (!from.has(name)) alone.push({ path, why: `without one of its name in ${names[0]}` })
    }
  }
  const tops = Object.values(sides).flatMap((paths) =>
    paths.map((path) => join(folder, relative(folder, path).split(sep)[0]!)),
  )
  leftOut = [...leftOut, ...alone, ...(await besideSplits(folder, tops))]
  if (places.train.length > 0) return { places, leftOut }
  return `Expected images (${imageEndings.join(", ")}) of equal names in ${sides.train!.join(" and ")}, but there are none; name the two images of a pair alike, up to the ending.`
}

/** Images by their names without the ending; a sentence where two have one name. */
function byName(folder: string, paths: readonly string[]): ReadonlyMap<string, string> | string {
  const named = new Map<string, string>()
  for (const path of paths) {
    const name = nameWithin(folder, path).slice(0, -extname(path).length)
    const other = named.get(name)
    if (other !== undefined) {
      return `Expected one image of each name up to the ending, but there are ${other} and ${path}; take one of them out.`
    }
    named.set(name, path)
  }
  return named
}

/** Each image as a pair: those of the splits that the folder names, and under `train` those of the folder itself where it names none. */
async function pairsSideBySide(folder: string, own: boolean): Promise<FoundPairs | string> {
  const named = await splitFolders(folder)
  let leftOut: readonly LeftOut[] = []
  const of = async (path: string | undefined): Promise<readonly PairPlace[]> => {
    if (path === undefined) return []
    const found = await imagesUnder(path)
    leftOut = [...leftOut, ...(found?.leftOut ?? [])]
    return (found?.images ?? []).map((image) => [image] as const)
  }
  if (named.train === undefined && (named.validation ?? named.test) !== undefined && !own) {
    return `Expected a sub-folder train beside those for validation or test in ${folder}, but there is none.`
  }
  const loose = named.train === undefined ? await looseImages(folder, named) : undefined
  leftOut = [...leftOut, ...(loose?.leftOut ?? [])]
  const train = loose?.images.map((image) => [image] as const) ?? (await of(named.train))
  if (train.length === 0) {
    return `Expected image pairs (${imageEndings.join(", ")}) in ${named.train ?? folder}, but there are none.`
  }
  if (loose !== undefined) return { places: { train, validation: [], test: [] }, leftOut }
  const [validation, test] = [await of(named.validation), await of(named.test)]
  leftOut = [...leftOut, ...(await besideSplits(folder, Object.values(named)))]
  return { places: { train, validation, test }, leftOut }
}
