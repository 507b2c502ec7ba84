import sharp from "sharp"
import { byteOfValue } from "./byteValues.ts"

/** How images follow each other. */
export interface AnimationLayout {
  /** Milliseconds that each image is shown, in steps of ten. */
  readonly milliseconds: number
  /** Each pixel becomes a square of this many pixels; 1 where left out. */
  readonly zoom?: number
}

/**
 * Draws images one after the other as an animated GIF that begins again when it is over. Colours are reduced to the 256 that a GIF has.
 *
 * @param images values in [-1, 1], `shape` in row-major order; values outside are clipped, NaN is drawn black
 * @param shape `[count, height, width, channels]`, channels 1 (grey) or 3 (RGB)
 * @throws RangeError with one sentence when values and shape do not fit together
 */
export async function toGif(
  images: Float32Array,
  shape: readonly [number, number, number, number],
  { milliseconds, zoom = 1 }: AnimationLayout,
): Promise<Buffer> {
  const [count, height, width, channels] = shape
  if (channels !== 1 && channels !== 3) {
    throw new RangeError(`Expected images with 1 or 3 channels, but got ${channels}.`)
  }
  if (count < 1 || images.length !== count * height * width * channels) {
    throw new RangeError(`Expected the values of images [${shape}], but got ${images.length} values.`)
  }
  const [high, wide] = [height * zoom, width * zoom]
  const pixels = new Uint8Array(count * high * wide * 3)
  for (let row = 0; row < count * high; row++) {
    for (let column = 0; column < wide; column++) {
      const from = (Math.floor(row / zoom) * width + Math.floor(column / zoom)) * channels
      const to = (row * wide + column) * 3
      for (let channel = 0; channel < 3; channel++) {
        pixels[to + channel] = byteOfValue(images[from + (channels === 1 ? 0 : channel)]!)
      }
    }
  }
  const raw = { width: wide, height: count * high, channels: 3, pageHeight: high } as const
  return sharp(pixels, { raw })
    .gif({ delay: new Array(count).fill(milliseconds), loop: 0, dither: 0, keepDuplicateFrames: true })
    .toBuffer()
}
