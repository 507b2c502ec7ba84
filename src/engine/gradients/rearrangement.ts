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
  // In `reflect` the border repeats the numbers next to the edge, in `symmetric` the edge too.
  const edge = mode === "reflect" ? 1 : 0
  return paddings.reduce((folded, [before, after], axis) => {
    if (before === 0 && after === 0) return folded
    const extent = shape[axis]!
    const along = (here: number, elsewhere: number) =>
      folded.shape.map((_, at) => (at === axis ? here : elsewhere))
    const part = (begin: number, size: number) => tf.slice(folded, along(begin, 0), along(size, -1))
    const inside = (begin: number, size: number) => part(before + begin, size)
    const first = () => tf.reverse(part(0, before), axis)
    const last = () => tf.reverse(part(before + extent, after), axis)
    const between = extent - 2 * edge - before - after
    if (between < 0) {
      // The borders mirror some of the same numbers.
      const placed = (border: tf.Tensor, begin: number) => {
        const end = extent - begin - border.shape[axis]!
        return tf.pad(
          border,
          shape.map((_, at): [number, number] => (at === axis ? [begin, end] : [0, 0])),
        )
      }
      const sum = before > 0 ? tf.add(inside(0, extent), placed(first(), edge)) : inside(0, extent)
      return after > 0 ? tf.add(sum, placed(last(), extent - edge - after)) : sum
    }
    const parts: [size: number, make: () => tf.Tensor][] = [
      [edge, () => inside(0, edge)],
      [before, () => tf.add(inside(edge, before), first())],
      [between, () => inside(edge + before, between)],
      [after, () => tf.add(inside(edge + before + between, after), last())],
      [edge, () => inside(extent - edge, edge)],
    ]
    return tf.concat(
      parts.filter(([size]) => size > 0).map(([, make]) => make()),
      axis,
    )
  }, dy)
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
