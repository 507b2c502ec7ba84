import { backend_util, slice_util, type TensorInfo, util } from "../../tf.ts"
import type { NumericType } from "../graph/numericType.ts"
import { sizeOf, transposed } from "../graph/operand.ts"
import { sliced } from "../graph/slice.ts"
import { type Lower, operation } from "../operation.ts"
import type { Recorder } from "../recorder.ts"
import { view } from "../view.ts"
import type { Kernel, KernelTable } from "./kernel.ts"

/** Records an operation on one tensor that keeps its dtype. */
export function record(
  recorder: Recorder,
  key: string,
  lower: () => Lower,
  x: TensorInfo,
  shape: readonly number[],
) {
  return recorder.record(operation(key, lower), [recorder.value(x)], shape, x.dtype as NumericType)
}

function reshape(recorder: Recorder, x: TensorInfo, shape: readonly number[]) {
  const dtype = x.dtype as NumericType
  return recorder.record(view(shape, dtype), [recorder.value(x)], shape, dtype)
}

function sliceOperation(begin: readonly number[], size: readonly number[], strides?: readonly number[]) {
  const steps = strides?.some((stride) => stride !== 1) ? strides : undefined
  return operation(
    `Slice ${begin.join()} ${size.join()} ${steps?.join() ?? ""}`,
    () =>
      (graph, [operand]) =>
        sliced(graph, operand!, begin, size, steps),
  )
}

const transpose: Kernel = ({ x }, attributes, recorder) => {
  const perm: readonly number[] = [...attributes.perm]
  const lower: Lower = (_graph, [operand]) => transposed(operand!, perm)
  return record(
    recorder,
    `Transpose ${perm.join()}`,
    () => lower,
    x!,
    perm.map((axis) => x!.shape[axis]!),
  )
}

const slice: Kernel = ({ x }, { begin, size }, recorder) => {
  const [start, extent] = slice_util.parseSliceParams(x!, begin, size) as [number[], number[]]
  slice_util.assertParamsValid(x!, start, extent)
  const dtype = x!.dtype as NumericType
  return recorder.record(sliceOperation(start, extent), [recorder.value(x!)], extent, dtype)
}

const stridedSlice: Kernel = ({ x }, attributes, recorder) => {
  const { begin, end, strides } = attributes
  const { beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attributes
  const info = slice_util.sliceInfo(
    x!.shape,
    begin,
    end,
    strides,
    beginMask,
    endMask,
    ellipsisMask,
    newAxisMask,
    shrinkAxisMask,
  )
  if (sizeOf(info.finalShape) === 0) return undefined
  if (info.isIdentity) return reshape(recorder, x!, info.finalShape)
  // With steps and a dropped axis at once the CPU code counts along other axes; whatever it gives is left to it.
  const simple = info.sliceDim0 || info.isSimpleSlice
  if (!simple && info.finalShapeSparse.length !== x!.shape.length) return undefined
  const dtype = x!.dtype as NumericType
  const size = slice_util.computeOutShape(info.begin, info.end, info.strides)
  const cut = sliceOperation(info.begin, size, info.strides)
  const part = recorder.step(cut, [recorder.value(x!)], size, dtype)
  return recorder.record(view(info.finalShape, dtype), [part], info.finalShape, dtype)
}

const unpack: Kernel = ({ value }, { axis }, recorder) => {
  const x = value!
  const at = axis < 0 ? axis + x.shape.length : axis
  const shape = x.shape.filter((_, i) => i !== at)
  const size = x.shape.map((extent, i) => (i === at ? 1 : extent))
  const dtype = x.dtype as NumericType
  const whole = recorder.value(x)
  return Array.from({ length: x.shape[at]! }, (_, i) => {
    const begin = x.shape.map((_extent, other) => (other === at ? i : 0))
    const part = recorder.step(sliceOperation(begin, size), [whole], size, dtype)
    return recorder.record(view(shape, dtype), [part], shape, dtype)!
  })
}

const split: Kernel = ({ x }, { numOrSizeSplits, axis }, recorder) => {
  const [at] = util.parseAxisParam(axis, x!.shape) as [number]
  const sizes = backend_util.prepareSplitSize(
    x! as Parameters<typeof backend_util.prepareSplitSize>[0],
    numOrSizeSplits,
    at,
  )
  if (sizes.some((size) => !(size > 0))) return undefined
  let start = 0
  return sizes.map((length) => {
    const begin = x!.shape.map((_extent, i) => (i === at ? start : 0))
    const size = x!.shape.map((whole, i) => (i === at ? length : whole))
    start += length
    const dtype = x!.dtype as NumericType
    return recorder.record(sliceOperation(begin, size), [recorder.value(x!)], size, dtype)!
  })
}

function recordReverse(recorder: Recorder, x: TensorInfo, axes: readonly number[]) {
  const begin = x.shape.map((extent, axis) => (axes.includes(axis) ? extent - 1 : 0))
  const strides = x.shape.map((_extent, axis) => (axes.includes(axis) ? -1 : 1))
  const op = sliceOperation(begin, x.shape, strides)
  return recorder.record(op, [recorder.value(x)], x.shape, x.dtype as NumericType)
}

const reverse: Kernel = ({ x }, { dims }, recorder) => {
  const axes = util.parseAxisParam(dims, x!.shape)
  if (x!.shape.length === 0 || axes.length === 0) return recorder.share(x!)
  return recordReverse(recorder, x!, axes)
}

export const shapeKernels: KernelTable = {
  ExpandDims: ({ input }, { dim }, recorder) => {
    const at = dim < 0 ? dim + input!.shape.length + 1 : dim
    // The CPU code says what is wrong.
    if (at < 0) return undefined
    return reshape(recorder, input!, [...input!.shape.slice(0, at), 1, ...input!.shape.slice(at)])
  },
  FlipLeftRight: ({ image }, _attributes, recorder) => recordReverse(recorder, image!, [2]),
  Reshape: ({ x }, attributes, recorder) => {
    const shape = util.inferFromImplicitShape(attributes.shape, util.sizeFromShape(x!.shape))
    return sizeOf(shape) === sizeOf(x!.shape) ? reshape(recorder, x!, shape) : undefined
  },
  Reverse: reverse,
  Slice: slice,
  SplitV: split,
  StridedSlice: stridedSlice,
  Transpose: transpose,
  Unpack: unpack,
}
