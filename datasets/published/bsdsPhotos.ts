import { join } from "node:path"
import sharp from "sharp"
import { eachOf, imagesIn } from "../formats/imageFiles.ts"

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
    let decoded: Awaited<ReturnType<typeof decode>>
    try {
      decoded = await decode(path)
    } catch (cause) {
      const why = (cause as Error).message.split("\n")[0]!.trim()
      throw new Error(`Expected a readable photo, but ${path} is none (${why}); replace it or take it out.`)
    }
    const { width, height } = decoded.info
    if (width < side || height < side) {
      throw new Error(
        `Expected a photo of at least ${side} x ${side} pixels, but ${path} has ${width} x ${height}; take it out.`,
      )
    }
    return { pixels: decoded.data, height, width }
  })
}

function decode(path: string) {
  return sharp(path, { failOn: "warning" })
    .autoOrient()
    .flatten({ background: "black" })
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true })
}
