import * as tf from "@saddlepoint/engine/tf"
import type { Split } from "../../contracts/dataset.ts"
import type { Player } from "../../contracts/player.ts"
import { readBatch } from "../../play/loader.ts"

/** Images per pass through the translator. */
const batch = 32

/**
 * A split whose images went through a translator, at `evaluate`, all other fields as they are. They are translated here,
 * once, and kept as bytes, as in the released code of CyCADA, which saves them as PNG files: values are multiples of
 * 1/127.5 from -1.
 *
 * @param split with a field `image` in [-1, 1]
 * @param translator from an image to one of the same shape
 */
export async function translatedSplit(split: Split, translator: Player): Promise<Split> {
  const image = split.fields.image!
  const length = image.shape.reduce((product, side) => product * side, 1)
  const bytes = new Uint8Array(split.size * length)
  for (let start = 0; start < split.size; start += batch) {
    const indices = Array.from({ length: Math.min(batch, split.size - start) }, (_, at) => start + at)
    const { values, shape } = (await readBatch(split, indices)).image!
    const translated = tf.tidy(
      () => translator.apply({ image: tf.tensor(values, [...shape]) }, "evaluate").image!,
    )
    try {
      const numbers = await translated.data()
      for (const [at, value] of numbers.entries()) {
        bytes[start * length + at] = Math.round((value + 1) * 127.5)
      }
    } finally {
      translated.dispose()
    }
  }
  return {
    size: split.size,
    fields: split.fields,
    async read(indices) {
      const values = new Float32Array(indices.length * length)
      for (const [row, index] of indices.entries()) {
        for (let at = 0; at < length; at++) {
          values[row * length + at] = bytes[index * length + at]! / 127.5 - 1
        }
      }
      return { ...(await split.read(indices)), image: values }
    },
  }
}
