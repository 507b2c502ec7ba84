import { join } from "node:path"
import type { Sharp } from "sharp"
import { decodeUpright } from "../formats/decodeUpright.ts"
import { eachOf } from "../formats/eachOf.ts"
import { imagesIn } from "../formats/imageFiles.ts"

/** A photo as RGB bytes, `[height, width, 3]`. */
export interface Photo {
  readonly pixels: Uint8Array
  readonly height: number
  readonly width: number
}

/** Paths of the photos of a folder by name: those in its sub-folder `train` where there is one, as in BSDS500. */
export async function photoPaths(folder: string): Promise<readonly string[]> {
  return (await imagesIn(join(folder, "train"))) ?? (await imagesIn(folder)) ?? []
}

/**
 * Decodes photos, each once; they stay in memory as bytes (92 MB for the 200 training photos of BSDS500).
 * @throws one sentence for a photo that cannot be decoded or is smaller than `side` pixels
 */
export function decodePhotos(paths: readonly string[], side: number): Promise<readonly Photo[]> {
  return eachOf(paths, async (path) => {
    const flat = (image: Sharp) => image.flatten({ background: "black" })
    const { pixels, height, width } = await decodeUpright(path, flat).catch(({ message }: Error) => {
      throw new Error(
        `Expected a readable photo, but ${path} is none (${message}); replace it or take it out.`,
      )
    })
    if (width < side || height < side) {
      throw new Error(
        `Expected a photo of at least ${side} x ${side} pixels, but ${path} has ${width} x ${height}; take it out.`,
      )
    }
    return { pixels, height, width }
  })
}
