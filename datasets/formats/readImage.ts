import { readFile } from "node:fs/promises"
import sharp, { type Sharp } from "sharp"
import { type DecodedImage, decodeOpen, type FailOn, firstLine } from "./decodeUpright.ts"
import { imageSource, type ValueRange } from "./imageSource.ts"
import { mendedImage } from "./mendedImage.ts"

/** A colour as bytes. */
export type Colour = readonly [red: number, green: number, blue: number]

/** How images are read that are more than RGB or grey in 8 bits. */
export interface Reading {
  /** What shows through transparent pixels; images with such pixels are refused where left out. */
  readonly background?: Colour
  /** Of images of 16 bits; their whole range where left out. */
  readonly range?: ValueRange
}

/** Why an image with transparent pixels is not read. */
export const transparent =
  "it has transparent pixels, which have no colour of their own; give a `background`, or flatten it"

/**
 * Decodes an RGB or grey image, turned upright as its EXIF orientation says: CMYK becomes sRGB, opacity that hides nothing is dropped,
 * of an animation the first picture is read. What browsers and Python read as well is mended, see `mendedImage`.
 *
 * @throws one sentence for what is no such image, or has transparent pixels without a `background`
 */
export async function readImage(
  path: string,
  reading: Reading = {},
  change: (image: Sharp) => Sharp = (image) => image,
): Promise<DecodedImage> {
  try {
    const { made } = await mendedImage(await readFile(path), (bytes, failOn) =>
      decodeFlat(bytes, failOn, reading, change),
    )
    return made
  } catch (cause) {
    throw new Error(refusal(path, reasonOf(cause)))
  }
}

async function decodeFlat(
  bytes: Uint8Array,
  failOn: FailOn,
  { background, range }: Reading,
  change: (image: Sharp) => Sharp,
): Promise<DecodedImage> {
  const { open, transparency } = await imageSource(bytes, failOn, range)
  if (!transparency) return decodeOpen((level) => change(open(level)), failOn)
  const whole = await decodeOpen(open, failOn)
  if (background === undefined && !isOpaque(whole)) throw new Error(transparent)
  const { pixels, ...raw } = withoutOpacity(whole, background)
  return decodeOpen(() => change(sharp(pixels, { raw: { ...raw, channels: raw.channels as 1 | 3 } })), failOn)
}

/** Whether opacity, where there is any, hides nothing. */
export function isOpaque({ pixels, channels }: DecodedImage): boolean {
  if (channels % 2 === 1) return true
  for (let at = channels - 1; at < pixels.length; at += channels) if (pixels[at] !== 255) return false
  return true
}

/** The colours over a background; a grey image over a background that is not grey becomes RGB. */
function withoutOpacity(
  { pixels, height, width, channels }: DecodedImage,
  background: Colour = [0, 0, 0],
): DecodedImage {
  const [red, green, blue] = background
  const colours = channels === 2 && red === green && green === blue ? 1 : 3
  const flat = new Uint8Array(height * width * colours)
  for (let at = 0; at < flat.length; at++) {
    const [pixel, channel] = [Math.floor(at / colours), at % colours]
    const opacity = pixels[(pixel + 1) * channels - 1]! / 255
    const colour = pixels[pixel * channels + (channels === 2 ? 0 : channel)]!
    flat[at] = Math.round(opacity * colour + (1 - opacity) * background[channel]!)
  }
  return { pixels: flat, height, width, channels: colours }
}

/** Why something cannot be read, in a few words: sharp's own for what is no image at all name no file and help nobody. */
export function reasonOf(cause: unknown): string {
  const { code } = cause as { readonly code?: string }
  if (code === "ENOENT") return "it is a link to nothing, or gone"
  if (code !== undefined) return `it cannot be opened, ${code}`
  const why = firstLine(cause)
  return /unsupported image format/.test(why) ? "it is no image, or cut off at its beginning" : why
}

/** The sentence on an image that cannot be read. */
export function refusal(path: string, why: string): string {
  return `Expected a readable RGB or grey image, but ${path} is none (${why}); replace it or take it out.`
}
