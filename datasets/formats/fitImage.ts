import { valueOfByte } from "./byteValues.ts"
import { withChannels } from "./channels.ts"
import { type ImageSize, sidesOf } from "./imageSize.ts"

/** Images as bytes, `[count, height, width, channels]`, row-major. */
export interface ImageBytes {
  readonly count: number
  readonly height: number
  readonly width: number
  readonly channels: 1 | 3
  readonly pixels: Uint8Array
}

/** The shape that images are brought to. */
export interface ImageForm {
  /** Side of the square images in pixels, or `[height, width]`. */
  readonly size: ImageSize
  readonly channels: 1 | 3
}

/**
 * One image in another form, float32 `[height, width, channels]` in [-1, 1]: bytes are scaled by `byte / 127.5 - 1`, resized
 * bilinearly and given their channels. Everything is linear and nothing is rounded to bytes on the way (torchvision, which
 * the papers use, rounds after resizing: at most half a grey level).
 */
export function fitImage(images: ImageBytes, index: number, form: ImageForm): Float32Array {
  const { height, width, channels, pixels } = images
  const length = height * width * channels
  const values = new Float32Array(length)
  for (let at = 0; at < length; at++) values[at] = valueOfByte[pixels[index * length + at]!]!
  const resized = resizeBilinear(values, [height, width, channels], form.size)
  return withChannels(resized, channels, form.channels)
}

/**
 * Bilinear resizing, proportions and all, with pixel centres at half integers; where it shrinks, the triangle is as wide as the scale,
 * so that nothing aliases (as Pillow's `BILINEAR` and `antialias=True` do).
 *
 * @param image `[height, width, channels]`
 * @returns `[height, width, channels]` of `size`; the argument itself where the size is already right
 */
export function resizeBilinear(
  image: Float32Array,
  [height, width, channels]: readonly [number, number, number],
  size: ImageSize,
): Float32Array {
  const [toHeight, toWidth] = sidesOf(size)
  if (height === toHeight && width === toWidth) return image
  const across = tapsOf(width, toWidth)
  const down = tapsOf(height, toHeight)
  const line = toWidth * channels
  const rows = new Float32Array(height * line)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < toWidth; column++) {
      const first = row * width + across.first[column]!
      for (let channel = 0; channel < channels; channel++) {
        let value = 0
        for (let tap = 0; tap < across.count; tap++) {
          const weight = across.weights[column * across.count + tap]!
          if (weight > 0) value += weight * image[(first + tap) * channels + channel]!
        }
        rows[row * line + column * channels + channel] = value
      }
    }
  }
  const resized = new Float32Array(toHeight * line)
  for (let row = 0; row < toHeight; row++) {
    const first = down.first[row]! * line
    for (let at = 0; at < line; at++) {
      let value = 0
      for (let tap = 0; tap < down.count; tap++) {
        const weight = down.weights[row * down.count + tap]!
        if (weight > 0) value += weight * rows[first + tap * line + at]!
      }
      // The weights sum to 1 up to rounding, which must not lead out of the range.
      resized[row * line + at] = Math.min(1, Math.max(-1, value))
    }
  }
  return resized
}

/** For each place of the output: the first place of the input that it is made of, and the weights from there on. */
interface Taps {
  /** Weights of each place of the output. */
  readonly count: number
  /** `[to]` */
  readonly first: Int32Array
  /** `[to, count]`, each row with the sum 1; 0 where there are fewer. */
  readonly weights: Float64Array
}

/** A set is resized from one side to another, image by image: what was worked out once is kept. */
const known = new Map<string, Taps>()

function tapsOf(from: number, to: number): Taps {
  const key = `${from} ${to}`
  const found = known.get(key) ?? taps(from, to)
  known.set(key, found)
  return found
}

function taps(from: number, to: number): Taps {
  const scale = from / to
  const reach = Math.max(1, scale)
  const count = Math.min(from, 2 * Math.ceil(reach) + 2)
  const first = new Int32Array(to)
  const weights = new Float64Array(to * count)
  for (let place = 0; place < to; place++) {
    const centre = (place + 0.5) * scale
    const start = Math.max(0, Math.floor(centre - reach))
    first[place] = start
    let sum = 0
    for (let tap = 0; tap < count && start + tap < from; tap++) {
      const weight = Math.max(0, 1 - Math.abs(start + tap + 0.5 - centre) / reach)
      weights[place * count + tap] = weight
      sum += weight
    }
    for (let tap = 0; tap < count; tap++) weights[place * count + tap]! /= sum
  }
  return { count, first, weights }
}
