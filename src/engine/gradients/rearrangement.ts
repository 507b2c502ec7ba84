import * as tf from "../tf.ts"
import { gradientOf } from "./gradient.ts"
import { linear } from "./linear.ts"

/** Operations that copy numbers to other places, and whose stock gradient is wrong, slow or missing. */
export const rearrangement: readonly tf.GradConfig[] = [
  // The stock gradient leaves out what dy holds in the mirrored borders.
  gradientOf<Mirroring>("MirrorPad", ["x"], (dy, [x], attributes) => ({
    x: () =>
      linear(
        dy,
        (value) => fold(value, x!.shape, attributes),
        (value) => tf.mirrorPad(value, attributes.paddings, attributes.mode),
      ),
  })),
  // The stock gradient adds up a slice for each repetition, and knows no more than four dimensions.
  gradientOf<{ reps: number[] }>("Tile", ["x"], (dy, [x], { reps }) => ({
    x: () =>
      linear(
        dy,
        (value) => addRepetitions(value, x!.shape, reps),
        (value) => tf.tile(value, reps),
      ),
  })),
  // Pixel shuffling. TensorFlow.js has no gradient.
  gradientOf<{ blockSize: number; dataFormat: "NHWC" | "NCHW" }>(
    "DepthToSpace",
    ["x"],
    (dy, [x], attributes) => {
      const { blockSize, dataFormat } = attributes
      return {
        x: () =>
          linear(
            dy,
            (value) => gatherBlocks(value, x!.shape, blockSize, dataFormat),
            (value) => tf.depthToSpace(value as tf.Tensor4D, blockSize, dataFormat),
          ),
      }
    },
  ),
]

interface Mirroring {
  readonly paddings: [number, number][]
  readonly mode: "reflect" | "symmetric"
}

/** Adds the mirrored borders to the numbers that they are copies of, one axis after the other. */
function fold(dy: tf.Tensor, shape: readonly number[], { paddings, mode }: Mirroring): tf.Tensor {
  let folded = dy
  paddings.forEach(([before, after], axis) => {
    const extent = shape[axis]!
    // In `reflect` the border repeats the numbers next to the edge, in `symmetric` the edge too.
    const offset = mode === "reflect" ? 1 : 0
    const part = (begin: number, size: number) => tf.slice(folded, along(begin, 0), along(size, -1))
    const along = (here: number, elsewhere: number) => shape.map((_, at) => (at === axis ? here : elsewhere))
    const placed = (border: tf.Tensor, begin: number, size: number) =>
      tf.pad(
        tf.reverse(border, axis),
        shape.map((_, at): [number, number] => (at === axis ? [begin, extent - begin - size] : [0, 0])),
      )
    let sum = part(before, extent)
    if (before > 0) sum = tf.add(sum, placed(part(0, before), offset, before))
    if (after > 0) sum = tf.add(sum, placed(part(before + extent, after), extent - offset - after, after))
    folded = sum
  })
  return folded
}

/** Sums over the repetitions, one axis after the other, so that no more than three dimensions are needed. */
function addRepetitions(dy: tf.Tensor, shape: readonly number[], reps: readonly number[]): tf.Tensor {
  let left = dy
  reps.forEach((repetitions, axis) => {
    if (repetitions === 1) return
    const inner = shape[axis]! * left.shape.slice(axis + 1).reduce((product, extent) => product * extent, 1)
    left = tf.reshape(tf.sum(tf.reshape(left, [-1, repetitions, inner]), 1), [
      ...shape.slice(0, axis + 1),
      ...left.shape.slice(axis + 1),
    ])
  })
  return left
}

/** Every block of pixels back into the channels, the block's pixel before the channel. */
function gatherBlocks(dy: tf.Tensor, shape: number[], block: number, dataFormat: "NHWC" | "NCHW"): tf.Tensor {
  if (dataFormat === "NCHW") {
    const [batch, , height, width] = shape as [number, number, number, number]
    const pixels = tf.reshape(dy, [batch, -1, height, block, width, block])
    return tf.reshape(tf.transpose(pixels, [0, 3, 5, 1, 2, 4]), shape)
  }
  const [batch, height, width] = shape as [number, number, number, number]
  const pixels = tf.reshape(dy, [batch, height, block, width, block, -1])
  return tf.reshape(tf.transpose(pixels, [0, 1, 3, 2, 4, 5]), shape)
}
