import sharp, { type Sharp } from "sharp"
import { channelBytes } from "./channels.ts"
import type { DecodedImage } from "./decodeUpright.ts"
import { type ImageSize, sidesOf } from "./imageSize.ts"
import type { Colour } from "./readImage.ts"

/** How an image of other proportions gets a size: squashed, cut off evenly at two sides, or padded evenly at them. */
export type Fit = "squash" | "crop" | "pad"

/** The form of bytes that images are brought to. */
export interface Fitting {
  readonly size: ImageSize
  /** `squash` where left out. */
  readonly fit?: Fit
  /** Of padding; black where left out. */
  readonly background?: Colour
}

const words = { squash: "fill", crop: "cover", pad: "contain" } as const

/**
 * Gives an image a size with the bicubic filter (Catmull and Rom), widened when shrinking so that nothing aliases.
 * @returns what sharp is to do on the way
 */
export function fitting({
  size,
  fit = "squash",
  background: [r, g, b] = [0, 0, 0],
}: Fitting): (image: Sharp) => Sharp {
  const [height, width] = sidesOf(size)
  return (image) => image.resize(width, height, { kernel: "cubic", fit: words[fit], background: { r, g, b } })
}

/**
 * The same for an image that is decoded, with its channels.
 * @returns bytes `[height, width, channels]`
 */
export async function fittedBytes(image: DecodedImage, form: Fitting, channels: 1 | 3): Promise<Uint8Array> {
  const [height, width] = sidesOf(form.size)
  if (image.height === height && image.width === width) {
    return channelBytes(image.pixels, image.channels === 1 ? 1 : 3, channels)
  }
  const raw = { height: image.height, width: image.width, channels: image.channels as 1 | 3 }
  const { data, info } = await fitting(form)(sharp(image.pixels, { raw }))
    .raw()
    .toBuffer({ resolveWithObject: true })
  return channelBytes(data, info.channels === 1 ? 1 : 3, channels)
}
