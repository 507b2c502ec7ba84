import type { DecodedImage } from "./decodeUpright.ts"
import type { ImageLook } from "./lookedImages.ts"
import { type Reading, readImage } from "./readImage.ts"

/** The halves of a side-by-side pair. */
export interface Halves {
  readonly left: DecodedImage
  readonly right: DecodedImage
}

/**
 * Why an image that can be decoded is no side-by-side pair, in a few words.
 * @param squares whether its halves must be squares
 */
export function sideBySideMistake({ height, width }: ImageLook, squares: boolean): string | undefined {
  const is = `but it is ${width} x ${height} pixels`
  if (squares) {
    return width === 2 * height
      ? undefined
      : `expected an image twice as wide as high (two squares side by side), ${is}; give a \`fit\`, or take it out`
  }
  return width % 2 === 0
    ? undefined
    : `expected an image of an even width (two of one width side by side), ${is}; cut it, or take it out`
}

/**
 * Decodes a side-by-side pair, turned upright as its EXIF orientation says.
 * @throws one sentence for an image that cannot be read or has no halves
 */
export async function readHalves(path: string, reading: Reading = {}): Promise<Halves> {
  const { pixels, height, width, channels } = await readImage(path, reading)
  if (width % 2 !== 0)
    throw new Error(`Expected an image of two halves, but ${path} is ${width} pixels wide; cut it.`)
  const line = (width / 2) * channels
  const half = (from: number): DecodedImage => {
    const bytes = new Uint8Array(line * height)
    for (let row = 0; row < height; row++) {
      const at = row * 2 * line + from
      bytes.set(pixels.subarray(at, at + line), row * line)
    }
    return { pixels: bytes, height, width: width / 2, channels }
  }
  return { left: half(0), right: half(line) }
}
