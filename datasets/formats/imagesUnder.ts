import { readdir, realpath, stat } from "node:fs/promises"
import { extname, join, sep } from "node:path"
import { isImageName } from "./imageFiles.ts"

/** A file that is not read, and why in a few words. */
export interface LeftOut {
  readonly path: string
  readonly why: string
}

/** The images of a folder. */
export interface ImagesUnder {
  /** Paths in the order of code units. */
  readonly images: readonly string[]
  readonly leftOut: readonly LeftOut[]
}

/**
 * The images in a folder and its sub-folders, symbolic links to files and folders followed; undefined where there is no folder. A link to
 * nothing that is called as an image is an image, which cannot be read.
 */
export async function imagesUnder(folder: string): Promise<ImagesUnder | undefined> {
  const about = await stat(folder).catch(() => undefined)
  if (!about?.isDirectory()) return undefined
  const found = { images: [] as string[], leftOut: [] as LeftOut[] }
  await walk(folder, [], found)
  found.images.sort((a, b) => (a < b ? -1 : 1))
  return found
}

async function walk(
  folder: string,
  above: readonly string[],
  found: { readonly images: string[]; readonly leftOut: LeftOut[] },
): Promise<void> {
  const here = await realpath(folder)
  // Also one that lies in it above where the walk began.
  if (above.some((one) => `${one}${sep}`.startsWith(`${here}${sep}`))) {
    found.leftOut.push({ path: folder, why: "a link to a folder that it lies in" })
    return
  }
  const entries = await readdir(folder).catch(({ code }: { code?: string }) => {
    found.leftOut.push({ path: folder, why: `a folder that cannot be opened, ${code}` })
    return []
  })
  for (const name of entries) {
    const path = join(folder, name)
    if (name.startsWith(".")) {
      found.leftOut.push({ path, why: "hidden" })
      continue
    }
    const about = await stat(path).catch(() => undefined)
    if (about?.isDirectory()) await walk(path, [...above, here], found)
    else if (isImageName(name) && (about === undefined || about.isFile())) found.images.push(path)
    else found.leftOut.push({ path, why: whyNot(name, about !== undefined) })
  }
}

function whyNot(name: string, isThere: boolean): string {
  if (!isThere) return "a link to nothing"
  const ending = extname(name).toLowerCase()
  return ending === "" ? "no image by its ending" : `no image by its ending ${ending}`
}
