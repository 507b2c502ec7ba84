import * as tf from "../tf.ts"
import { gradientOf, runKernel } from "./gradient.ts"
import { linear } from "./linear.ts"

interface Pooling {
  readonly filterSize: number | [number, number]
  readonly strides: number | [number, number]
  readonly pad: "same" | "valid" | number | tf.backend_util.ExplicitPadding
  readonly dimRoundingMode?: "floor" | "round" | "ceil"
}

type Shape4 = [number, number, number, number]
type Geometry = tf.backend_util.Conv2DInfo

/** Pooling of images `[B, H, W, C]`, windows that overlap or are cut by the border included. */
export const pooling: readonly tf.GradConfig[] = [
  gradientOf<Pooling>(
    "MaxPool",
    ["x"],
    (dy, [x, output], attributes) => ({
      x: () =>
        linear(
          dy,
          (value) => runKernel("MaxPoolGrad", { dy: value, input: x!, output: output! }, attributes),
          (value) => pick(value, x!, output!, geometryOf(x!, attributes)),
        ),
    }),
    true,
  ),
  gradientOf<Pooling>("AvgPool", ["x"], (dy, [x], attributes) => ({
    x: () => {
      const geometry = geometryOf(x!, attributes)
      return linear(
        dy,
        (value) => spread(value, x!, geometry, attributes),
        (value) => runKernel("AvgPool", { x: value }, attributes),
      )
    },
  })),
]

function geometryOf(x: tf.Tensor, { filterSize, strides, pad, dimRoundingMode }: Pooling): Geometry {
  return tf.backend_util.computePool2DInfo(
    x.shape as Shape4,
    filterSize,
    strides,
    1,
    pad as "same",
    dimRoundingMode,
  )
}

/** The image with a border, or cut, such that the windows start at its corner and end at the opposite one. */
function frame(geometry: Geometry): { height: number; width: number; top: number; left: number } {
  const { outHeight, outWidth, strideHeight, strideWidth, filterHeight, filterWidth, padInfo } = geometry
  return {
    height: (outHeight - 1) * strideHeight + filterHeight,
    width: (outWidth - 1) * strideWidth + filterWidth,
    top: padInfo.top,
    left: padInfo.left,
  }
}

/**
 * At the place of every window's maximum, the number of `value` there: the adjoint of MaxPoolGrad. Of several maxima
 * the first counts, row by row, as there.
 */
function pick(value: tf.Tensor, x: tf.Tensor, pooled: tf.Tensor, geometry: Geometry): tf.Tensor {
  const { filterHeight, filterWidth, outHeight, outWidth, strideHeight, strideWidth, batchSize, inChannels } =
    geometry
  const lowest = -3.4028234663852886e38
  const images = framed(x, geometry, lowest)
  const values = framed(value, geometry, 0)
  const at = (image: tf.Tensor, row: number, column: number) =>
    tf.stridedSlice(
      image,
      [0, row, column, 0],
      [
        batchSize,
        row + (outHeight - 1) * strideHeight + 1,
        column + (outWidth - 1) * strideWidth + 1,
        inChannels,
      ],
      [1, strideHeight, strideWidth, 1],
    )
  let picked: tf.Tensor | undefined
  let open: tf.Tensor | undefined
  for (let row = 0; row < filterHeight; row++) {
    for (let column = 0; column < filterWidth; column++) {
      const holds = tf.cast(tf.equal(at(images, row, column), pooled), "float32")
      const first: tf.Tensor = open === undefined ? holds : tf.mul(holds, open)
      const part = tf.mul(first, at(values, row, column))
      picked = picked === undefined ? part : tf.add(picked, part)
      open = open === undefined ? tf.sub(1, first) : tf.sub(open, first)
    }
  }
  return picked!
}

/** The image in its frame. */
function framed(image: tf.Tensor, geometry: Geometry, border: number): tf.Tensor {
  const { height, width, top, left } = frame(geometry)
  const bottom = Math.max(0, height - top - geometry.inHeight)
  const right = Math.max(0, width - left - geometry.inWidth)
  if (top + left + bottom + right === 0) return image
  return tf.pad(
    image,
    [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ],
    border,
  )
}

/**
 * The gradient of average pooling: dy divided by the count of the window's pixels, on each of them. The kernel
 * AvgPoolGrad divides by the size of the filter on some backends, which is wrong where padding cuts a window: there
 * dy is scaled and the kernel works on the frame, without padding.
 */
function spread(dy: tf.Tensor, x: tf.Tensor, geometry: Geometry, attributes: Pooling): tf.Tensor {
  const { height, width, top, left } = frame(geometry)
  const { batchSize, inHeight, inWidth, inChannels } = geometry
  if (top === 0 && left === 0 && height <= inHeight && width <= inWidth) {
    return runKernel("AvgPoolGrad", { dy, input: x }, attributes)
  }
  const rows = windowFactors(inHeight, geometry.outHeight, geometry.strideHeight, geometry.filterHeight, top)
  const columns = windowFactors(inWidth, geometry.outWidth, geometry.strideWidth, geometry.filterWidth, left)
  const factors = tf.tensor4d(
    rows.flatMap((row) => columns.map((column) => row * column)),
    [1, rows.length, columns.length, 1],
  )
  const canvas = tf.fill([batchSize, height, width, inChannels], 0, "float32")
  const onFrame = runKernel(
    "AvgPoolGrad",
    { dy: tf.mul(dy, factors), input: canvas },
    { filterSize: attributes.filterSize, strides: attributes.strides, pad: "valid" },
  )
  const covered: Shape4 = [
    batchSize,
    Math.min(inHeight, height - top),
    Math.min(inWidth, width - left),
    inChannels,
  ]
  const image = tf.slice(onFrame, [0, top, left, 0], covered)
  if (covered[1] === inHeight && covered[2] === inWidth) return image
  return tf.pad(image, [
    [0, 0],
    [0, inHeight - covered[1]],
    [0, inWidth - covered[2]],
    [0, 0],
  ])
}

/** For every window along one dimension, the filter's size divided by the count of pixels inside the image. */
function windowFactors(size: number, count: number, stride: number, filter: number, begin: number): number[] {
  return Array.from({ length: count }, (_, window) => {
    const start = window * stride - begin
    const inside = Math.min(size, start + filter) - Math.max(0, start)
    return inside > 0 ? filter / inside : 0
  })
}
