import { type TensorInfo, util } from "../../tf.ts"
import { identity, inverse } from "../operand.ts"
import { type NumericType, operation, type Value } from "../value.ts"
import { NCHW } from "./convolution.ts"
import type { Kernel, KernelAttributes, KernelTable } from "./kernel.ts"

const oneHot: Kernel = ({ indices }, { dtype, depth, onValue, offValue }, recorder) => {
  if (indices!.dtype !== "int32" || onValue !== 1 || offValue !== 0 || !(depth > 0)) return undefined
  if (dtype !== "float32" && dtype !== "int32") return undefined
  // Not ONNX's OneHot: it counts negative indices from the end, where TensorFlow.js leaves the row empty.
  const op = operation(`OneHot ${depth} ${dtype}`, () => (graph, [operand], value) => {
    const shape = operand!.shape
    const column = graph.reshape(graph.as(operand!), [...shape, 1])
    const classes = graph.initializer("int32", [depth], Int32Array.from(identity(depth)))
    const hit = graph.emit("Equal", [column, classes])
    const name = graph.emit("Cast", [hit], { to: dtype === "float32" ? 1 : 6 })
    return graph.dense(name, dtype, value.shape, identity(value.shape.length))
  })
  return recorder.record(op, [recorder.value(indices!)], [...indices!.shape, depth], dtype)
}

const gather: Kernel = ({ x, indices }, { axis, batchDims }, recorder) => {
  const [at] = util.parseAxisParam(axis, x!.shape) as [number]
  const chosen = recorder.value(indices!)
  if (batchDims !== 0 || !indicesAreGood(chosen, x!.shape[at]!)) return undefined
  const shape = [...x!.shape.slice(0, at), ...indices!.shape, ...x!.shape.slice(at + 1)]
  const op = operation(`GatherV2 ${at}`, () => (graph, inputs, value) => {
    const names = [graph.as(inputs[0]!), graph.as(inputs[1]!)]
    const name = graph.emit("Gather", names, { axis: at })
    return graph.dense(name, value.dtype as NumericType, value.shape, identity(value.shape.length))
  })
  return recorder.record(op, [recorder.value(x!), chosen], shape, x!.dtype as NumericType)
}

/** Indices known to lie in range; ones yet to be computed are left to the CPU code, which checks them. */
function indicesAreGood(indices: Value, extent: number): boolean {
  if (indices.dtype !== "int32" || indices.host === undefined) return false
  for (const index of indices.host) if (index < 0 || index >= extent) return false
  return true
}

/** Source row of every resized row, with the formulas of TensorFlow.js's CPU kernels. */
function nearestRows(
  from: number,
  to: number,
  { alignCorners, halfPixelCenters }: KernelAttributes,
): number[] {
  const ratio = alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to
  return identity(to).map((row) => {
    const source = halfPixelCenters ? ratio * (row + 0.5) : ratio * row
    const nearest = Math.min(from - 1, alignCorners ? Math.round(source) : Math.floor(source))
    return Math.max(0, nearest)
  })
}

/** Matrix [to, from] of linear interpolation along one side, with the formulas of TensorFlow.js's CPU kernels. */
function linearMatrix(from: number, to: number, { alignCorners, halfPixelCenters }: KernelAttributes) {
  const ratio = alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to
  const matrix = new Float32Array(to * from)
  for (let row = 0; row < to; row++) {
    const source = halfPixelCenters ? ratio * (row + 0.5) - 0.5 : ratio * row
    const below = Math.max(0, Math.floor(source))
    const above = Math.min(from - 1, Math.ceil(source))
    const fraction = source - below
    matrix[row * from + below]! += 1 - fraction
    matrix[row * from + above]! += fraction
  }
  return matrix
}

const attributesKey = (a: KernelAttributes) => `${a.alignCorners} ${a.halfPixelCenters}`

function resizedShape(images: TensorInfo, size: readonly [number, number]): number[] {
  return [images.shape[0]!, size[0], size[1], images.shape[3]!]
}

const resizeNearest: Kernel = ({ images }, attributes, recorder) => {
  const shape = resizedShape(images!, attributes.size)
  if (images!.dtype !== "float32") return undefined
  const { alignCorners, halfPixelCenters } = attributes
  const key = `ResizeNearestNeighbor ${shape.join()} ${attributesKey(attributes)}`
  const op = operation(key, () => (graph, [operand], value) => {
    const dense = graph.full(operand!)
    let name = dense.name
    for (const axis of [1, 2]) {
      const rows = nearestRows(dense.shape[axis]!, shape[axis]!, { alignCorners, halfPixelCenters })
      name = graph.emit("Gather", [name, graph.integers(rows)], { axis: inverse(dense.perm)[axis]! })
    }
    return graph.dense(name, "float32", value.shape, dense.perm)
  })
  return recorder.record(op, [recorder.value(images!)], shape, "float32")
}

/** Interpolation is linear in the image: rows and columns by one constant matrix each. */
const resizeBilinear: Kernel = ({ images }, attributes, recorder) => {
  const shape = resizedShape(images!, attributes.size)
  if (images!.dtype !== "float32") return undefined
  const { alignCorners, halfPixelCenters } = attributes
  const key = `ResizeBilinear ${shape.join()} ${attributesKey(attributes)}`
  const op = operation(key, () => (graph, [operand], value) => {
    const [, height, width] = operand!.shape as [number, number, number]
    const [, newHeight, newWidth] = shape as [number, number, number]
    const options = { alignCorners, halfPixelCenters }
    const rows = graph.initializer("float32", [newHeight, height], linearMatrix(height, newHeight, options))
    const columns = graph.initializer("float32", [newWidth, width], linearMatrix(width, newWidth, options))
    const wide = graph.emit("MatMul", [graph.as(operand!, NCHW), graph.transpose(columns, [1, 0])])
    return graph.dense(graph.emit("MatMul", [rows, wide]), "float32", value.shape, NCHW)
  })
  return recorder.record(op, [recorder.value(images!)], shape, "float32")
}

const resizeBilinearGrad: Kernel = ({ images, dy }, { alignCorners }, recorder) => {
  if (images!.dtype !== "float32" || dy!.dtype !== "float32") return undefined
  const shape = images!.shape
  const op = operation(`ResizeBilinearGrad ${shape.join()} ${alignCorners}`, () => (graph, [operand]) => {
    const [, height, width] = shape as [number, number, number]
    const [, newHeight, newWidth] = operand!.shape as [number, number, number]
    const options = { alignCorners, halfPixelCenters: false }
    const rows = graph.initializer("float32", [newHeight, height], linearMatrix(height, newHeight, options))
    const columns = graph.initializer("float32", [newWidth, width], linearMatrix(width, newWidth, options))
    const narrow = graph.emit("MatMul", [graph.as(operand!, NCHW), columns])
    const name = graph.emit("MatMul", [graph.transpose(rows, [1, 0]), narrow])
    return graph.dense(name, "float32", shape, NCHW)
  })
  return recorder.record(op, [recorder.value(dy!)], shape, "float32")
}

export const indexingKernels: KernelTable = {
  GatherV2: gather,
  OneHot: oneHot,
  ResizeBilinear: resizeBilinear,
  ResizeBilinearGrad: resizeBilinearGrad,
  ResizeNearestNeighbor: resizeNearest,
}
