import { join } from "node:path"
import { imagesIn } from "../formats/imageFiles.ts"
import { type ImagesUnder, imagesUnder, type LeftOut } from "../formats/imagesUnder.ts"
import { type SplitFolders, subFolders } from "./splitFolders.ts"

/** The images beside folders that are read: nobody reads them. */
export async function besideSplits(folder: string, used: readonly string[]): Promise<readonly LeftOut[]> {
  const others = (await subFolders(folder))
    .map((name) => join(folder, name))
    .filter((path) => !used.includes(path))
  const found = await Promise.all(others.map(imagesUnder))
  const paths = [...((await imagesIn(folder)) ?? []), ...found.flatMap((beside) => beside?.images ?? [])]
  return paths.map((path) => ({ path, why: "in no folder that is read" }))
}

/** The images of a folder that is to be split, without those in the folders of splits: which of them are meant, nobody knows. */
export async function looseImages(folder: string, splits: SplitFolders): Promise<ImagesUnder> {
  const { images, leftOut } = (await imagesUnder(folder)) ?? { images: [], leftOut: [] }
  const within = (path: string) => Object.values(splits).some((split) => path.startsWith(join(split, "/")))
  const inSplits = images
    .filter(within)
    .map((path) => ({ path, why: "in the folder of a split, beside images of none" }))
  return { images: images.filter((path) => !within(path)), leftOut: [...leftOut, ...inSplits] }
}
