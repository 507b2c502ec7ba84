import { backend_util } from "../../tf.ts"
import { countsAgree, transposedAttributes } from "../convolution/geometry.ts"
import { NCHW } from "../graph/layouts.ts"
import { type Operand, sizeOf } from "../graph/operand.ts"
import { operation } from "../operation.ts"
import { allFloat, type Kernel, type KernelAttributes, type KernelTable } from "./kernel.ts"

type PoolInfo = backend_util.Conv2DInfo

/** Geometry of a pooling; undefined where ONNX would count the windows differently. */
function poolInfo(x: readonly number[], a: KernelAttributes): { info: PoolInfo; key: string } | undefined {
  const info = backend_util.computePool2DInfo(
    x as [number, number, number, number],
    a.filterSize,
    a.strides,
    1,
    a.pad,
    a.dimRoundingMode,
  )
  const { top, left, bottom, right } = info.padInfo
  const natural =
    Math.min(top, left, bottom, right) >= 0 &&
    Math.max(top, bottom) < info.filterHeight &&
    Math.max(left, right) < info.filterWidth
  if (!natural || !countsAgree(info)) return undefined
  const key = `${x.join()} ${a.filterSize} ${a.strides} ${JSON.stringify(a.pad)} ${a.dimRoundingMode}`
  return { info, key }
}

function windows(info: PoolInfo) {
  const { top, left, bottom, right } = info.padInfo
  return {
    kernel_shape: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    pads: [top, left, bottom, right],
  }
}

function pool(op: "MaxPool" | "AveragePool"): Kernel {
  return ({ x }, attributes, recorder) => {
    const planned = x!.dtype === "float32" ? poolInfo(x!.shape, attributes) : undefined
    if (planned === undefined) return undefined
    const { info, key } = planned
    const more: Record<string, number> = op === "AveragePool" ? { count_include_pad: 0 } : {}
    const recorded = operation(`${op} ${key}`, () => (graph, [operand], value) => {
      const name = graph.emit(op, [graph.as(operand!, NCHW)], { ...windows(info), ...more })
      return graph.dense(name, "float32", value.shape, NCHW)
    })
    return recorder.record(recorded, [recorder.value(x!)], info.outShape, "float32")
  }
}

/** Sends dy to the first maximum of every window, and adds up where windows overlap. */
const maxPoolGrad: Kernel = ({ dy, input }, attributes, recorder) => {
  // On a GPU ONNX Runtime's MaxPool has no indices.
  if (recorder.onGpu) return undefined
  const planned = allFloat(dy, input) ? poolInfo(input!.shape, attributes) : undefined
  if (planned === undefined) return undefined
  const { info, key } = planned
  const shape = input!.shape
  const apart = info.strideHeight >= info.filterHeight && info.strideWidth >= info.filterWidth
  const op = operation(`MaxPoolGrad ${key}`, () => (graph, inputs) => {
    const [gradient, x] = inputs as [Operand, Operand]
    const indices = graph.emitAll("MaxPool", [graph.as(x, NCHW)], windows(info), 2)[1]!
    const dims = NCHW.map((axis) => shape[axis]!)
    const dy = graph.as(gradient, NCHW)
    if (apart) {
      const unpooled = graph.emit("MaxUnpool", [dy, indices, graph.integers(dims)], windows(info))
      return graph.dense(unpooled, "float32", shape, NCHW)
    }
    const zeros = graph.emit("Expand", [graph.number(0), graph.integers([sizeOf(shape)])])
    const scattered = graph.emit(
      "ScatterElements",
      [zeros, graph.reshape(indices, [-1]), graph.reshape(dy, [-1])],
      { axis: 0, reduction: "add" },
    )
    return graph.dense(graph.reshape(scattered, dims), "float32", shape, NCHW)
  })
  return recorder.record(op, [recorder.value(dy!), recorder.value(input!)], shape, "float32")
}

/**
 * Spreads dy / (kernel area) over every window, as TensorFlow.js does: at a padded border too, where the forward
 * average divides by the smaller number of pixels inside the image.
 */
const avgPoolGrad: Kernel = ({ dy, input }, attributes, recorder) => {
  const planned = allFloat(dy, input) ? poolInfo(input!.shape, attributes) : undefined
  if (planned === undefined) return undefined
  const { info, key } = planned
  const [batch, height, width, channels] = input!.shape as [number, number, number, number]
  const spread = transposedAttributes(info, 1)
  if (spread === undefined) return undefined
  const op = operation(`AvgPoolGrad ${key}`, () => (graph, inputs) => {
    // Every channel is an image of its own, so that one small filter of ones serves all.
    const planes = graph.reshape(graph.as(inputs[0]!, NCHW), [
      batch * channels,
      1,
      info.outHeight,
      info.outWidth,
    ])
    const area = info.filterHeight * info.filterWidth
    const ones = new Float32Array(area).fill(1 / area)
    const filter = graph.initializer("float32", [1, 1, info.filterHeight, info.filterWidth], ones)
    const name = graph.emit("ConvTranspose", [planes, filter], spread)
    return graph.dense(graph.reshape(name, [batch, channels, height, width]), "float32", input!.shape, NCHW)
  })
  return recorder.record(op, [recorder.value(dy!), recorder.value(input!)], input!.shape, "float32")
}

export const poolKernels: KernelTable = {
  AvgPool: pool("AveragePool"),
  AvgPoolGrad: avgPoolGrad,
  MaxPool: pool("MaxPool"),
  MaxPoolGrad: maxPoolGrad,
}
