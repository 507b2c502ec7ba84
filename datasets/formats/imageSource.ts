import sharp from "sharp"
import { decodeBmp, isBmp } from "./bmpFile.ts"
import type { FailOn, OpenImage } from "./decodeUpright.ts"
import { imageHeader, mostPixels } from "./imageHeader.ts"

/** What becomes of images of 16 bits: values from `low` to `high` become bytes, what is outside is clipped. */
export type ValueRange = readonly [low: number, high: number]

export const wholeRange: ValueRange = [0, 65535]

/** An image file in the form in which sharp gives bytes of it. */
export interface ImageSource {
  readonly open: OpenImage
  readonly transparency: boolean
  /** Values in their 16 bits, colours and opacity as they lie; only of images of 16 bits of which a range was asked for. */
  readonly deep?: Uint16Array
}

/**
 * Opens an image file by its bytes: what sharp decodes as it is, a BMP by our own decoder, and images of 16 bits, of which sharp would
 * keep the highest 8 whatever the values are, by their range.
 *
 * @param range of images of 16 bits; sharp's where left out
 * @throws an error whose message says in a few words why it cannot be decoded
 */
export async function imageSource(
  bytes: Uint8Array,
  failOn: FailOn,
  range?: ValueRange,
): Promise<ImageSource> {
  if (bytes.length === 0) throw new Error("the file is empty")
  if (isBmp(bytes)) return ofBytes(decodeBmp(bytes))
  const { depth, space, hasAlpha } = await imageHeader(bytes, failOn)
  const open: OpenImage = (level) =>
    sharp(bytes, { failOn: level, limitInputPixels: mostPixels }).autoOrient()
  if (depth === "uchar" || (depth === "ushort" && range === undefined)) {
    return { open, transparency: hasAlpha === true }
  }
  if (depth !== "ushort")
    throw new Error(`its values are of the type ${depth}; save it again with 8 or 16 bits`)
  const asked = range ?? wholeRange
  const grey = space === "grey16" || space === "b-w"
  const { data, info } = await open(failOn)
    .toColourspace(grey ? "grey16" : "rgb16")
    .raw({ depth: "ushort" })
    .toBuffer({ resolveWithObject: true })
  const deep = new Uint16Array(data.buffer, data.byteOffset, data.length / 2)
  const { width, height, channels } = info
  const colours = channels - (info.hasAlpha ? 1 : 0)
  const pixels = Uint8Array.from(deep, (value, at) =>
    at % channels < colours ? byteIn(value, asked) : value >> 8,
  )
  return { ...ofBytes({ pixels, width, height, channels }), deep }
}

/** Ranges of whole bits lose their lowest ones, as sharp does it; other ranges are scaled. */
function byteIn(value: number, [low, high]: ValueRange): number {
  const bits = Math.log2(high + 1)
  if (low === 0 && bits >= 8 && Number.isInteger(bits)) return Math.min(value, high) >> (bits - 8)
  return Math.round(Math.min(1, Math.max(0, (value - low) / (high - low))) * 255)
}

function ofBytes(image: {
  readonly pixels: Uint8Array
  readonly width: number
  readonly height: number
  readonly channels: number
}): ImageSource {
  const { pixels, width, height } = image
  const channels = image.channels as 1 | 2 | 3 | 4
  return {
    open: () => sharp(pixels, { raw: { width, height, channels } }),
    transparency: channels === 2 || channels === 4,
  }
}
