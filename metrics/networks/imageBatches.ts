import type { Images } from "../resize/images.ts"

/** Some of many images, in a batch of fixed size. */
export interface ImageBatch {
  /** Index of the batch's first image among all. */
  readonly first: number
  /** How many of its images are such; the rest repeats the last one. */
  readonly count: number
  readonly images: Images
}

/**
 * Images in batches of one size. The last is filled up: an engine chooses the form of a computation by the number of
 * images, so only batches of one size give every image the same bits.
 */
export function* imageBatches(images: Images, size: number): Generator<ImageBatch> {
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`Expected a whole number of images per batch, 1 or more, but got ${size}.`)
  }
  const [all, height, width, channels] = images.shape
  const length = height * width * channels
  for (let first = 0; first < all; first += size) {
    const part = images.values.subarray(first * length, (first + size) * length)
    const count = part.length / length
    const values = count === size ? part : filled(part, size * length, length)
    yield { first, count, images: { ...images, values, shape: [size, height, width, channels] } }
  }
}

function filled(part: Images["values"], size: number, length: number): Images["values"] {
  const values = part instanceof Uint8Array ? new Uint8Array(size) : new Float32Array(size)
  values.set(part)
  const last = part.subarray(part.length - length)
  for (let at = part.length; at < size; at += length) values.set(last, at)
  return values
}
