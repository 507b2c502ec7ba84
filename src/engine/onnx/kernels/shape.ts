import { backend_util, slice_util, type TensorInfo, util } from "../../tf.ts"
import { defineReshape } from "../backend.ts"
import type { Graph } from "../graph.ts"
import { identity, inverse, type Operand, physicalDims, reshapedPerm, sizeOf } from "../operand.ts"
import { type Lower, type NumericType, type Operation, operation } from "../value.ts"
import { converted } from "./cast.ts"
import type { Kernel, KernelTable, Recorder } from "./kernel.ts"

const lowerReshape: Lower = (graph, inputs, value) =>
  reshaped(graph, converted(graph, inputs[0]!, value.dtype as NumericType), value.shape)
defineReshape(lowerReshape)

/** The operand in another shape of as many elements; moves nothing when only axes of extent 1 come or go. */
export function reshaped(graph: Graph, x: Operand, shape: readonly number[]): Operand {
  if (x.constant !== undefined) return graph.constant(x.constant, x.dtype, shape)
  const actual = reshapedActual(x, shape)
  if (actual !== undefined) {
    const perm = reshapedPerm(x.actual, x.perm, actual)
    if (perm !== undefined) {
      const dims = perm.map((axis) => actual[axis]!)
      const same = dims.length === x.perm.length && dims.every((dim, i) => dim === physicalDims(x)[i])
      return { ...x, name: same ? x.name : graph.reshape(x.name, dims), shape, actual, perm }
    }
  }
  const held = graph.full(x)
  const perm = regroupedPerm(x.shape, held.perm, shape)
  if (perm !== undefined) {
    const dims = perm.map((axis) => shape[axis]!)
    return graph.dense(graph.reshape(held.name, dims), x.dtype, shape, perm)
  }
  const name = graph.reshape(graph.as(held), shape)
  return graph.dense(name, x.dtype, shape, identity(shape.length))
}

/**
 * The layout after axes were split, and merged where they lie next to each other in order, so that no number moves:
 * the rows and columns of an image in NCHW become one axis of pixels behind the channels. Undefined for others.
 */
function regroupedPerm(
  from: readonly number[],
  perm: readonly number[],
  to: readonly number[],
): number[] | undefined {
  const order = perm.filter((axis) => from[axis] !== 1)
  const groups = new Map<number, number[]>()
  const [old, renewed] = [from, to].map((shape) => identity(shape.length).filter((i) => shape[i] !== 1))
  let next = 0
  for (let i = 0; i < old!.length; ) {
    const [first, start] = [old![i]!, next]
    let [before, after] = [from[first]!, to[renewed![next++]!]!]
    for (i++; before !== after; ) {
      if (before > after) after *= to[renewed![next++]!]!
      // The next of the group has to lie right behind the one before it.
      else if (order[order.indexOf(old![i - 1]!) + 1] === old![i]) before *= from[old![i++]!]!
      else return undefined
    }
    groups.set(first, renewed!.slice(start, next))
  }
  const wide = order.flatMap((axis) => groups.get(axis) ?? [])
  if (wide.every((axis, i) => i === 0 || axis > wide[i - 1]!)) return identity(to.length)
  return [...identity(to.length).filter((axis) => to[axis] === 1), ...wide]
}

/** The extents held after a reshape that only adds or removes axes of extent 1; undefined for other reshapes. */
function reshapedActual(x: Operand, shape: readonly number[]): number[] | undefined {
  const wide = identity(x.shape.length).filter((axis) => x.shape[axis] !== 1)
  let next = 0
  const actual: number[] = []
  for (const extent of shape) {
    if (extent === 1) {
      actual.push(1)
      continue
    }
    const axis = wide[next++]
    if (axis === undefined || x.shape[axis] !== extent) return undefined
    actual.push(x.actual[axis]!)
  }
  return next === wide.length ? actual : undefined
}

/** The operation of a reshape. The shape is part of the key, because it does not follow from the input. */
export function reshapeTo(shape: readonly number[]): Operation {
  return operation(`Reshape ${shape.join()}`, () => lowerReshape)
}

/** The operand with its axes in another order. Only names change: axis perm[i] becomes axis i. */
export function transposed(x: Operand, perm: readonly number[]): Operand {
  const renamed = inverse(perm)
  return {
    ...x,
    shape: perm.map((axis) => x.shape[axis]!),
    actual: perm.map((axis) => x.actual[axis]!),
    perm: x.perm.map((axis) => renamed[axis]!),
  }
}

/** Cuts a box out of a dense operand, by logical start and size, of every number or every `strides`th one. */
export function sliced(
  graph: Graph,
  x: Operand,
  begin: readonly number[],
  size: readonly number[],
  strides: readonly number[] = begin.map(() => 1),
): Operand {
  const dense = graph.full(x)
  const cut = identity(begin.length).filter((axis) => size[axis] !== x.shape[axis] || strides[axis] !== 1)
  if (cut.length === 0) return dense
  const position = inverse(dense.perm)
  const last = (axis: number) => begin[axis]! + (size[axis]! - 1) * strides[axis]!
  const end = (axis: number) =>
    strides[axis]! > 0 ? last(axis) + 1 : last(axis) === 0 ? -(2 ** 31) : last(axis) - 1
  const name = graph.emit("Slice", [
    dense.name,
    graph.integers(cut.map((axis) => begin[axis]!)),
    graph.integers(cut.map(end)),
    graph.integers(cut.map((axis) => position[axis]!)),
    ...(cut.every((axis) => strides[axis] === 1) ? [] : [graph.integers(cut.map((axis) => strides[axis]!))]),
  ])
  return graph.dense(name, dense.dtype, size, dense.perm)
}

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
  return recorder.record(reshapeTo(shape), [recorder.value(x)], shape, x.dtype as NumericType)
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
  return recorder.record(reshapeTo(info.finalShape), [part], info.finalShape, dtype)
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
    return recorder.record(reshapeTo(shape), [part], shape, dtype)!
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
