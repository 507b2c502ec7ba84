import type { Split } from "@saddlepoint/core/contracts/dataset"

type Shape = readonly [number, number, number]
type Transformation = (image: Float32Array, shape: Shape) => Float32Array

/**
 * What may have been done to an image, in the order of the task's classes. Classifying them needs sensitivity to fine
 * detail (`scrambled` swaps neighbouring pixels), for the direction of texture (`turned` swaps rows and columns) and for
 * what belongs where (`upsideDown`). None blurs or recolours: what the metric must notice in generated images is not
 * what its judge was trained on.
 */
export const transformations: Readonly<Record<string, Transformation>> = {
  untouched: (image) => image,
  scrambled: (image, shape) =>
    moved(image, shape, (row, column) => [row ^ (column & 1), column ^ ((row >> 1) & 1)]),
  turned: (image, shape) =>
    moved(image, shape, (row, column) => [
      Math.floor((column * shape[0]) / shape[1]),
      Math.floor((row * shape[1]) / shape[0]),
    ]),
  upsideDown: (image, shape) => moved(image, shape, (row, column) => [shape[0] - 1 - row, column]),
}

/** Most training images that the judge learns from: one class each, so their number bounds its head. */
const mostExemplars = 512

/** How many images of a split become exemplars. */
export function exemplarCount(split: Split): number {
  return Math.min(mostExemplars, split.size)
}

/**
 * A split of one image field, every exemplar of which (512 evenly spaced examples at most) is there once per
 * transformation: fields `image`; `exemplar`, int32, which image it was; `transformation`, int32, what was done to it.
 */
export function transformed(split: Split, field: string): Split {
  const all = Object.values(transformations)
  const exemplars = exemplarCount(split)
  const { shape, range } = split.fields[field]!
  const [height, width, channels] = shape as Shape
  const size = height * width * channels
  return {
    size: exemplars * all.length,
    fields: {
      image: { shape, dtype: "float32", range },
      exemplar: { shape: [], dtype: "int32", range: [0, exemplars] },
      transformation: { shape: [], dtype: "int32", range: [0, all.length] },
    },
    async read(indices) {
      const exemplar = Int32Array.from(indices, (index) => Math.floor(index / all.length))
      const transformation = Int32Array.from(indices, (index) => index % all.length)
      const places = Array.from(exemplar, (which) => Math.floor((which * split.size) / exemplars))
      const originals = (await split.read(places))[field] as Float32Array
      const image = new Float32Array(indices.length * size)
      for (let at = 0; at < indices.length; at++) {
        const original = originals.subarray(at * size, (at + 1) * size)
        image.set(all[transformation[at]!]!(original, [height, width, channels]), at * size)
      }
      return { image, exemplar, transformation }
    },
  }
}

/** Takes every pixel from another place; places outside are brought to the nearest inside. */
function moved(
  image: Float32Array,
  [height, width, channels]: Shape,
  from: (row: number, column: number) => readonly [number, number],
): Float32Array {
  const result = new Float32Array(image.length)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [fromRow, fromColumn] = from(row, column)
      const source = (Math.min(height - 1, fromRow) * width + Math.min(width - 1, fromColumn)) * channels
      const target = (row * width + column) * channels
      for (let c = 0; c < channels; c++) result[target + c] = image[source + c]!
    }
  }
  return result
}
