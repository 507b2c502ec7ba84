import * as tf from "../tf.ts"
import { gradientOf, runKernel } from "./gradient.ts"
import { linear } from "./linear.ts"

interface StridedSlice {
  readonly begin: number[]
  readonly end: number[]
  readonly strides: number[]
  readonly beginMask: number
  readonly endMask: number
  readonly ellipsisMask: number
  readonly newAxisMask: number
  readonly shrinkAxisMask: number
}

/** dy back at the places that were read, zeros elsewhere; TensorFlow.js has no gradient. */
export const stridedSlice: tf.GradConfig = gradientOf<StridedSlice>(
  "StridedSlice",
  ["x"],
  (dy, [x], attributes) => ({
    x: () =>
      linear(
        dy,
        (value) => putBack(value, x!.shape, attributes),
        (value) => runKernel("StridedSlice", { x: value }, attributes),
      ),
  }),
)

function putBack(dy: tf.Tensor, shape: number[], a: StridedSlice): tf.Tensor {
  const { begin, end, strides } = tf.slice_util.sliceInfo(
    shape,
    a.begin,
    a.end,
    a.strides,
    a.beginMask,
    a.endMask,
    a.ellipsisMask,
    a.newAxisMask,
    a.shrinkAxisMask,
  )
  const counts = shape.map((_, axis) => Math.max(0, Math.ceil((end[axis]! - begin[axis]!) / strides[axis]!)))
  let placed = tf.reshape(dy, counts)
  shape.forEach((extent, axis) => {
    const stride = strides[axis]!
    const step = Math.abs(stride)
    const count = counts[axis]!
    if (stride < 0) placed = tf.reverse(placed, axis)
    const first = stride < 0 ? begin[axis]! + (count - 1) * stride : begin[axis]!
    const outer = placed.shape.slice(0, axis)
    const inner = placed.shape.slice(axis + 1)
    const rows = outer.reduce((product, size) => product * size, 1)
    const width = inner.reduce((product, size) => product * size, 1)
    // Each number gets its stride's zeros behind it; the last one loses them again.
    const spaced = tf.pad(tf.reshape(placed, [rows, count, 1, width]), [
      [0, 0],
      [0, 0],
      [0, step - 1],
      [0, 0],
    ])
    const reach = (count - 1) * step + 1
    const dense = tf.slice(tf.reshape(spaced, [rows, count * step, width]), [0, 0, 0], [rows, reach, width])
    const padded = tf.pad(dense, [
      [0, 0],
      [first, extent - first - reach],
      [0, 0],
    ])
    placed = tf.reshape(padded, [...outer, extent, ...inner])
  })
  return placed
}
