import { slice_util, type TensorInfo, util } from "../../tf.ts"
import { defineReshape } from "../backend.ts"
import type { Graph } from "../graph.ts"
import { identity, inverse, type Operand, physicalDims, reshapedPerm, sizeOf } from "../operand.ts"
import { type Lower, type NumericType, operation, type Value } from "../value.ts"
import type { Kernel, KernelTable, Recorder } from "./kernel.ts"

const lowerReshape: Lower = (graph, inputs, value) => {
  const x = inputs[0]!
  const converted = x.dtype === value.dtype ? x : convert(graph, x, value.dtype as NumericType)
  return reshaped(graph, converted, value.shape)
}
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
  const name = graph.reshape(graph.as(x), shape)
  return graph.dense(name, x.dtype, shape, identity(shape.length))
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

const onnxNumbers = { float32: 1, int32: 6, bool: 9 } as const

function convert(graph: Graph, x: Operand, dtype: NumericType): Operand {
  if (x.constant !== undefined) return graph.constant(x.constant, dtype, x.shape)
  return { ...graph.elementwise("Cast", [x], x.shape, dtype, { to: onnxNumbers[dtype] }), dtype }
}

function record(
  recorder: Recorder,
  key: string,
  lower: () => Lower,
  x: TensorInfo,
  shape: readonly number[],
) {
  return recorder.record(operation(key, lower), [recorder.value(x)], shape, x.dtype as NumericType)
}

function reshape(recorder: Recorder, x: TensorInfo, shape: readonly number[]) {
  // The shape is part of the key, because it does not follow from the input.
  return record(recorder, `Reshape ${shape.join()}`, () => lowerReshape, x, shape)
}

const fill: Kernel = (_inputs, { shape, value, dtype }, recorder) => {
  const type = dtype ?? util.inferDtype(value)
  if (type !== "float32" && type !== "int32" && type !== "bool") return undefined
  const op = operation(
    `Fill ${type} ${Object.is(value, -0) ? "-0" : value} ${shape.join()}`,
    () => (graph, _none, result) => graph.constant(Number(value), type, result.shape),
  )
  return recorder.record(op, [], shape, type)
}

const like =
  (value: number): Kernel =>
  ({ x }, _attributes, recorder) =>
    fill({}, { shape: x!.shape, value, dtype: x!.dtype }, recorder)

const tile: Kernel = ({ x }, { reps }, recorder) => {
  const shape = x!.shape.map((extent, axis) => extent * reps[axis])
  return record(
    recorder,
    `Tile ${reps.join()}`,
    () =>
      (graph, [operand], value) => {
        const held = operand!
        // Repeating an axis of extent 1 is a broadcast.
        if (held.shape.every((extent, axis) => extent === 1 || reps[axis] === 1)) {
          return { ...held, shape: value.shape }
        }
        const dense = graph.full(held)
        const name = graph.emit("Tile", [dense.name, graph.integers(dense.perm.map((axis) => reps[axis]))])
        return graph.dense(name, dense.dtype, value.shape, dense.perm)
      },
    x!,
    shape,
  )
}

const transpose: Kernel = ({ x }, { perm }, recorder) => {
  const shape = perm.map((axis: number) => x!.shape[axis]!)
  return record(
    recorder,
    `Transpose ${perm.join()}`,
    () =>
      (_graph, [operand], value) => {
        // Only the names of the axes change: axis perm[i] of the input is axis i of the result.
        const renamed = inverse(perm)
        return {
          ...operand!,
          shape: value.shape,
          actual: perm.map((axis: number) => operand!.actual[axis]!),
          perm: operand!.perm.map((axis) => renamed[axis]!),
        }
      },
    x!,
    shape,
  )
}

/** Cuts a box out of a dense operand, by logical start and size. */
export function sliced(graph: Graph, x: Operand, begin: readonly number[], size: readonly number[]): Operand {
  const dense = graph.full(x)
  const cut = identity(begin.length).filter((axis) => size[axis] !== x.shape[axis])
  if (cut.length === 0) return dense
  const position = inverse(dense.perm)
  const name = graph.emit("Slice", [
    dense.name,
    graph.integers(cut.map((axis) => begin[axis]!)),
    graph.integers(cut.map((axis) => begin[axis]! + size[axis]!)),
    graph.integers(cut.map((axis) => position[axis]!)),
  ])
  return graph.dense(name, dense.dtype, size, dense.perm)
}

function recordSlice(recorder: Recorder, x: TensorInfo, begin: readonly number[], size: readonly number[]) {
  return record(
    recorder,
    `Slice ${begin.join()} ${size.join()}`,
    () =>
      (graph, [operand]) =>
        sliced(graph, operand!, begin, size),
    x,
    size,
  )
}

const slice: Kernel = ({ x }, { begin, size }, recorder) => {
  const [start, extent] = slice_util.parseSliceParams(x!, begin, size) as [number[], number[]]
  slice_util.assertParamsValid(x!, start, extent)
  return recordSlice(recorder, x!, start, extent)
}

const reverse: Kernel = ({ x }, { dims }, recorder) => {
  const axes = util.parseAxisParam(dims, x!.shape)
  if (x!.shape.length === 0 || axes.length === 0) return recorder.share(x!)
  return record(
    recorder,
    `Reverse ${axes.join()}`,
    () =>
      (graph, [operand]) => {
        const dense = graph.full(operand!)
        const position = inverse(dense.perm)
        const name = graph.emit("Slice", [
          dense.name,
          graph.integers(axes.map(() => -1)),
          graph.integers(axes.map(() => -(2 ** 31))),
          graph.integers(axes.map((axis) => position[axis]!)),
          graph.integers(axes.map(() => -1)),
        ])
        return { ...dense, name }
      },
    x!,
    x!.shape,
  )
}

const pad: Kernel = ({ x }, { paddings, constantValue }, recorder) =>
  recordPad(recorder, x!, paddings, "constant", constantValue)

const mirrorPad: Kernel = ({ x }, { paddings, mode }, recorder) =>
  mode === "reflect" ? recordPad(recorder, x!, paddings, "reflect", 0) : undefined

function recordPad(
  recorder: Recorder,
  x: TensorInfo,
  paddings: readonly (readonly [number, number])[],
  mode: string,
  constant: number,
) {
  const wrong = (p: readonly [number, number], axis: number) =>
    p[0] < 0 || p[1] < 0 || (mode === "reflect" && Math.max(p[0], p[1]) >= x.shape[axis]!)
  if (x.dtype === "bool" || paddings.some(wrong)) return undefined
  const dtype = x.dtype as NumericType
  const shape = x.shape.map((extent, axis) => paddings[axis]![0] + extent + paddings[axis]![1])
  const fixed = paddings.map(([before, after]) => [before, after] as const)
  return record(
    recorder,
    `Pad ${mode} ${constant} ${fixed.join()}`,
    () =>
      (graph, [operand], value) => {
        const dense = graph.full(operand!)
        const before = dense.perm.map((axis) => fixed[axis]![0])
        const after = dense.perm.map((axis) => fixed[axis]![1])
        const pads = graph.integers([...before, ...after])
        const filling = mode === "constant" ? [graph.constant(constant, dtype, []).name] : []
        const name = graph.emit("Pad", [dense.name, pads, ...filling], { mode })
        return graph.dense(name, dtype, value.shape, dense.perm)
      },
    x,
    shape,
  )
}

/** Joins operands along a logical axis, in the layout of the largest. */
function joined(graph: Graph, operands: readonly Operand[], axis: number, value: Value): Operand {
  let largest = operands[0]!
  for (const x of operands) if (sizeOf(x.shape) > sizeOf(largest.shape)) largest = x
  const perm = graph.full(largest).perm
  const names = operands.map((x) => graph.as(x, perm))
  const name = graph.emit("Concat", names, { axis: inverse(perm)[axis]! })
  return graph.dense(name, value.dtype as NumericType, value.shape, perm)
}

function concatOperation(axis: number) {
  return operation(`Concat ${axis}`, () => (graph, operands, value) => joined(graph, operands, axis, value))
}

const concat: Kernel = (inputs, attributes, recorder) => {
  const infos = Object.values(inputs)
  const [axis] = util.parseAxisParam(attributes.axis, infos[0]!.shape) as [number]
  const alike = (info: TensorInfo) =>
    info.dtype === infos[0]!.dtype &&
    info.shape.length === infos[0]!.shape.length &&
    info.shape.every((extent, i) => i === axis || extent === infos[0]!.shape[i])
  if (!infos.every(alike)) return undefined
  if (infos.length === 1) return recorder.share(infos[0]!)
  const shape = [...infos[0]!.shape]
  shape[axis] = infos.reduce((sum, info) => sum + info.shape[axis]!, 0)
  return recorder.record(
    concatOperation(axis),
    infos.map((info) => recorder.value(info)),
    shape,
    infos[0]!.dtype as NumericType,
  )
}

const pack: Kernel = (inputs, { axis }, recorder) => {
  const infos = Object.values(inputs)
  const first = infos[0]!
  const alike = (info: TensorInfo) => info.dtype === first.dtype && info.shape.join() === first.shape.join()
  if (!infos.every(alike)) return undefined
  const at = axis < 0 ? axis + first.shape.length + 1 : axis
  const one = [...first.shape.slice(0, at), 1, ...first.shape.slice(at)]
  const dtype = first.dtype as NumericType
  const widen = operation(`Reshape ${one.join()}`, () => lowerReshape)
  const parts = infos.map((info) => recorder.step(widen, [recorder.value(info)], one, dtype))
  if (parts.length === 1) return recorder.record(widen, [recorder.value(first)], one, dtype)
  const shape = one.map((extent, i) => (i === at ? infos.length : extent))
  return recorder.record(concatOperation(at), parts, shape, dtype)
}

const unpack: Kernel = ({ value }, { axis }, recorder) => {
  const x = value!
  const at = axis < 0 ? axis + x.shape.length : axis
  const shape = x.shape.filter((_, i) => i !== at)
  const size = x.shape.map((extent, i) => (i === at ? 1 : extent))
  const narrow = operation(`Reshape ${shape.join()}`, () => lowerReshape)
  return Array.from({ length: x.shape[at]! }, (_, i) => {
    const begin = x.shape.map((_extent, other) => (other === at ? i : 0))
    const cut = operation(
      `Slice ${begin.join()} ${size.join()}`,
      () =>
        (graph, [operand]) =>
          sliced(graph, operand!, begin, size),
    )
    const dtype = x.dtype as NumericType
    const part = recorder.step(cut, [recorder.value(x)], size, dtype)
    return recorder.record(narrow, [part], shape, dtype)!
  })
}

const split: Kernel = ({ x }, { numOrSizeSplits, axis }, recorder) => {
  const [at] = util.parseAxisParam(axis, x!.shape) as [number]
  const extent = x!.shape[at]!
  const sizes: number[] =
    typeof numOrSizeSplits === "number"
      ? new Array<number>(numOrSizeSplits).fill(extent / numOrSizeSplits)
      : numOrSizeSplits
  if (sizes.some((size) => !(size > 0)) || sizes.reduce((a, b) => a + b, 0) !== extent) return undefined
  let start = 0
  return sizes.map((length) => {
    const begin = x!.shape.map((_extent, i) => (i === at ? start : 0))
    const size = x!.shape.map((whole, i) => (i === at ? length : whole))
    start += length
    return recordSlice(recorder, x!, begin, size)!
  })
}

const cast: Kernel = ({ x }, { dtype }, recorder) => {
  if (dtype === x!.dtype) return recorder.share(x!)
  // Float to integer wraps in JavaScript and is undefined beyond the range in C++.
  if (!["float32", "int32", "bool"].includes(dtype) || (x!.dtype === "float32" && dtype === "int32")) {
    return undefined
  }
  const op = operation(
    `Cast ${dtype}`,
    () =>
      (graph, [operand]) =>
        convert(graph, operand!, dtype),
  )
  return recorder.record(op, [recorder.value(x!)], x!.shape, dtype)
}

export const shapeKernels: KernelTable = {
  Cast: cast,
  Concat: concat,
  ExpandDims: ({ input }, { dim }, recorder) => {
    const at = dim < 0 ? dim + input!.shape.length + 1 : dim
    return reshape(recorder, input!, [...input!.shape.slice(0, at), 1, ...input!.shape.slice(at)])
  },
  Fill: fill,
  MirrorPad: mirrorPad,
  OnesLike: like(1),
  Pack: pack,
  PadV2: pad,
  Reshape: ({ x }, attributes, recorder) => {
    const shape = util.inferFromImplicitShape(attributes.shape, util.sizeFromShape(x!.shape))
    return sizeOf(shape) === sizeOf(x!.shape) ? reshape(recorder, x!, shape) : undefined
  },
  Reverse: reverse,
  Slice: slice,
  SplitV: split,
  Tile: tile,
  Transpose: transpose,
  Unpack: unpack,
  ZerosLike: like(0),
}
