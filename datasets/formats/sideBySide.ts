import * as Data from "effect/Data"
import sharp, { type Metadata } from "sharp"
import { decodeUpright, firstLine } from "./decodeUpright.ts"
import { imageMistakes } from "./imageFiles.ts"
import { imageHeader } from "./imageHeader.ts"

/** An image that is not a side-by-side pair. */
export class BadPair extends Data.TaggedError("BadPair")<{ readonly path: string; readonly why: string }> {
  override get message(): string {
    return `${this.path}: ${this.why}`
  }
}

/** The halves of a side-by-side pair, RGB bytes `[side, side, 3]` each. */
export interface Halves {
  readonly left: Uint8Array
  readonly right: Uint8Array
  readonly side: number
}

/** Sentences about images whose headers show that they are no side-by-side RGB pairs. Pixels are not decoded. */
export function badPairs(paths: readonly string[]): Promise<readonly string[]> {
  return imageMistakes(paths, async (path) => {
    const why = await headerMistake(path)
    return why === undefined ? undefined : new BadPair({ path, why }).message
  })
}

async function headerMistake(path: string): Promise<string | undefined> {
  let about: Metadata
  try {
    about = await imageHeader(path)
  } catch (cause) {
    return undecodable(cause)
  }
  const { width, height } = about.autoOrient
  if (about.hasAlpha) {
    return "expected an RGB image, but it has transparency; flatten it onto a background and save it again."
  }
  if (about.channels !== 3 || about.space === "cmyk") {
    const came = about.channels === 1 ? "grey (1 channel)" : `${about.space} (${about.channels} channels)`
    return `expected an RGB image, but it is ${came}; convert it to RGB and save it again.`
  }
  if (width !== 2 * height) {
    return `expected an image twice as wide as high (two squares side by side), but it is ${width} x ${height} pixels.`
  }
  return undefined
}

function undecodable(cause: unknown): string {
  return `expected a readable image, but decoding fails (${firstLine(cause)}); replace the file or take it out of the folder.`
}

/**
 * Decodes a side-by-side pair, turned upright as its EXIF orientation says.
 * @throws BadPair with one sentence for images that are no such pair
 */
export async function readHalves(path: string): Promise<Halves> {
  const why = await headerMistake(path)
  if (why) throw new BadPair({ path, why })
  const { pixels, height: side } = await decodeUpright(path).catch((cause: Error) => {
    throw new BadPair({ path, why: undecodable(cause) })
  })
  const left = new Uint8Array(3 * side * side)
  const right = new Uint8Array(3 * side * side)
  for (let row = 0; row < side; row++) {
    const at = row * 6 * side
    left.set(pixels.subarray(at, at + 3 * side), row * 3 * side)
    right.set(pixels.subarray(at + 3 * side, at + 6 * side), row * 3 * side)
  }
  return { left, right, side }
}

/**
 * Resizes a square RGB image with the bicubic filter (Catmull and Rom), widened when shrinking so that nothing aliases.
 * @returns RGB bytes `[size, size, 3]`
 */
export async function resizeSquare(image: Uint8Array, side: number, size: number): Promise<Uint8Array> {
  if (side === size) return image
  return sharp(image, { raw: { width: side, height: side, channels: 3 } })
    .resize(size, size, { kernel: "cubic", fit: "fill" })
    .raw()
    .toBuffer()
}
