import { messageOf } from "@saddlepoint/core/contracts/messageOf"
import sharp, { type Sharp } from "sharp"
import { mostPixels } from "./imageHeader.ts"

/** An image as it was decoded: bytes `[height, width, channels]`, row-major. */
export interface DecodedImage {
  readonly pixels: Uint8Array
  readonly height: number
  readonly width: number
  /** 1 of grey images, 3 of RGB; 2 or 4 with transparency. */
  readonly channels: number
}

/** How damaged an image may be: at `warning` not at all, at `error` a decoder may stumble and go on. */
export type FailOn = "warning" | "error"

/** An image that can be decoded anew each time, turned upright as its EXIF orientation says. */
export type OpenImage = (failOn: FailOn) => Sharp

/**
 * Decodes an image file, turned upright as its EXIF orientation says, in sRGB or grey.
 *
 * @param file its path or its bytes
 * @param change what else is done on the way, e.g. resizing
 * @throws an error whose message says in a few words why it cannot be decoded
 */
export async function decodeUpright(
  file: string | Uint8Array,
  change: (image: Sharp) => Sharp = (image) => image,
): Promise<DecodedImage> {
  return decodeOpen(
    (failOn) => change(sharp(file, { failOn, limitInputPixels: mostPixels }).autoOrient()),
    "warning",
  )
}

/** The same for an image that is open. */
export async function decodeOpen(image: OpenImage, failOn: FailOn): Promise<DecodedImage> {
  try {
    const { data, info } = await image(failOn)
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true })
    return { pixels: data, height: info.height, width: info.width, channels: info.channels }
  } catch (cause) {
    throw new Error(firstLine(cause))
  }
}

/** Most characters of what a library says; some quote the file. */
const longestLine = 200

/** The first line of an error's message, cut where it is long: libraries tell their whole history below. */
export function firstLine(cause: unknown): string {
  const line = messageOf(cause).split("\n")[0]!.trim()
  return line.length <= longestLine ? line : `${line.slice(0, longestLine - 3)}...`
}
