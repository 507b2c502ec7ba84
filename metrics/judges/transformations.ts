import type { FieldValues, Split } from "@saddlepoint/core/dataset"

type Shape = readonly [number, number, number]
type Transformation = (image: Float32Array, shape: Shape) => Float32Array

/**
 * What may have been done to an image, in the order of the task's classes. Each destroys one thing that a translated
 * image can get wrong: fine detail (`smoothed`, `enlarged`), contrast (`faded`), local order (`scrambled`), the
 * direction of texture (`turned`), and what belongs where (`upsideDown`).
 */
export const transformations: Readonly<Record<string, Transformation>> = {
  untouched: (image) => image,
  smoothed: (image, shape) => smooth(image, shape),
  enlarged: (image, shape) => moved(image, shape, (row, column) => [row & ~1, column & ~1]),
  faded: (image, shape) => faded(image, shape),
  scrambled: (image, shape) =>
    moved(image, shape, (row, column) => [row ^ (column & 1), column ^ ((row >> 1) & 1)]),
  turned: (image, [height, width, channels]) =>
    moved(image, [height, width, channels], (row, column) => [
      Math.floor((column * height) / width),
      Math.floor((row * width) / height),
    ]),
  brighter: (image) => image.map((v) => Math.min(1, v + Number(process.env.SH ?? 0.3))),
  darker: (image) => image.map((v) => Math.max(-1, v - Number(process.env.SH ?? 0.3))),
  negative: (image, shape) => { const f = faded(image, shape); return image.map((v, i) => v - 4 * (v - f[i]!)) },
  upsideDown: (image, shape) => moved(image, shape, (row, column) => [shape[0] - 1 - row, column]),
}

if (process.env.TR) for (const k of Object.keys(transformations)) if (!process.env.TR.split(",").includes(k)) delete (transformations as any)[k]
/**
 * A split of one image field, every example of which is there once per transformation: fields `image`, and
 * `transformation`, int32, the index of what was done to it.
 */
export function transformed(split: Split, field: string): Split {
  const all = Object.values(transformations)
  const { shape, range } = split.fields[field]!
  const [height, width, channels] = shape as readonly [number, number, number]
  const size = height * width * channels
  return {
    size: split.size * all.length,
    fields: {
      image: { shape, dtype: "float32", range },
      which: { shape: [], dtype: "int32", range: [0, split.size] },
      transformation: { shape: [], dtype: "int32", range: [0, all.length] },
    },
    async read(indices): Promise<Readonly<Record<string, FieldValues>>> {
      const values = await split.read(indices.map((index) => Math.floor(index / all.length)))
      const originals = values[field] as Float32Array
      const image = new Float32Array(indices.length * size)
      const transformation = new Int32Array(indices.length)
      for (const [at, index] of indices.entries()) {
        const done = index % all.length
        transformation[at] = done
        const original = originals.subarray(at * size, (at + 1) * size)
        image.set(all[done]!(original, [height, width, channels]), at * size)
      }
      return { image, transformation, which: Int32Array.from(indices, (index) => Math.floor(index / all.length)) }
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

/** Mean over the 3x3 neighbours that there are. */
function smooth(image: Float32Array, [height, width, channels]: Shape): Float32Array {
  const result = new Float32Array(image.length)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      for (let c = 0; c < channels; c++) {
        let sum = 0
        let count = 0
        for (let r = Math.max(0, row - 1); r <= Math.min(height - 1, row + 1); r++) {
          for (let k = Math.max(0, column - 1); k <= Math.min(width - 1, column + 1); k++) {
            sum += image[(r * width + k) * channels + c]!
            count++
          }
        }
        result[(row * width + column) * channels + c] = sum / count
      }
    }
  }
  return result
}

/** Half the contrast about the mean of each channel. */
function faded(image: Float32Array, [height, width, channels]: Shape): Float32Array {
  const means = new Float64Array(channels)
  for (let i = 0; i < image.length; i++) means[i % channels]! += image[i]! / (height * width)
  return image.map((value, i) => (value + means[i % channels]!) / 2)
}
