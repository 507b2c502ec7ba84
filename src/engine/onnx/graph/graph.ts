import { createHash } from "node:crypto"
import type { NumericType } from "./numericType.ts"
import type { OnnxAttribute, OnnxConstant, OnnxModel, OnnxNode, OnnxPort, OnnxType } from "./onnxWriter.ts"
import {
  identity,
  inverse,
  isIdentity,
  type Operand,
  physicalDims,
  sameOrder,
  sameShape,
  sizeOf,
} from "./operand.ts"

export type Attributes = Readonly<Record<string, OnnxAttribute>>

/** An ONNX graph under construction: emits nodes without repeating any, and moves operands between layouts. */
export class Graph {
  private readonly nodes: OnnxNode[] = []
  private readonly emitted = new Map<string, readonly string[]>()
  private readonly constants = new Map<string, OnnxConstant>()
  private readonly inputs: OnnxPort[] = []
  private names = 0
  private readonly madeConstants = new Map<string, string>()
  /** Channels that ONNX Runtime lays together in its blocked image format; undefined where it has none. */
  readonly channelBlock: number | undefined

  constructor(channelBlock?: number) {
    this.channelBlock = channelBlock
  }

  /** Adds a graph input in the layout in which its data is held. */
  input(dtype: NumericType, shape: readonly number[], layout: readonly number[] | undefined): Operand {
    const name = `i${this.inputs.length}`
    const operand = { name, dtype, shape, actual: shape, perm: layout ?? identity(shape.length) }
    this.inputs.push({ name, type: dtype, dims: physicalDims(operand) })
    return operand
  }

  /** An operand of one number, repeated over `shape`. */
  constant(value: number, dtype: NumericType, shape: readonly number[]): Operand {
    const data = dtype === "float32" ? new Float32Array([value]) : new Int32Array([value])
    const held = dtype === "bool" ? new Uint8Array([value === 0 ? 0 : 1]) : data
    return {
      name: this.initializer(dtype, [], held),
      dtype,
      shape,
      actual: shape.map(() => 1),
      perm: identity(shape.length),
      // What float32 holds, not what JavaScript had.
      constant: held[0]!,
    }
  }

  /** A constant of the graph, stored once for equal contents. */
  initializer(type: OnnxType, dims: readonly number[], data: ArrayBufferView): string {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    const key = `${type}|${dims.join()}|${createHash("sha1").update(bytes).digest("base64")}`
    let known = this.constants.get(key)
    if (known === undefined) {
      known = { name: `c${this.constants.size}`, type, dims, bytes }
      this.constants.set(key, known)
    }
    return known.name
  }

  /** The name of a constant that is made once for equal keys, so that large ones are not computed again. */
  remembered(key: string, make: () => string): string {
    let name = this.madeConstants.get(key)
    if (name === undefined) {
      name = make()
      this.madeConstants.set(key, name)
    }
    return name
  }

  /** A constant list of 64-bit integers, as shapes and axes are given. */
  integers(values: readonly number[]): string {
    return this.initializer("int64", [values.length], new BigInt64Array(values.map(BigInt)))
  }

  /** A float32 constant of rank 0. */
  number(value: number): string {
    return this.initializer("float32", [], new Float32Array([value]))
  }

  /** Emits a node with one output, or finds the equal one that is there already. */
  emit(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.emitAll(op, inputs, attributes, 1)[0]!
  }

  emitAll(op: string, inputs: readonly string[], attributes: Attributes, outputs: number): readonly string[] {
    const key = `${op}(${inputs.join()})${JSON.stringify(attributes)}${outputs}`
    let known = this.emitted.get(key)
    if (known === undefined) {
      known = Array.from({ length: outputs }, () => `v${this.names++}`)
      this.nodes.push({ op, inputs, outputs: known, attributes })
      this.emitted.set(key, known)
    }
    return known
  }

  /** A dense operand of a node's output in a given layout. */
  dense(name: string, dtype: NumericType, shape: readonly number[], perm: readonly number[]): Operand {
    return { name, dtype, shape, actual: shape, perm }
  }

  /** The operand with every number held, in its present layout. */
  full(x: Operand): Operand {
    if (x.constant === undefined && sameShape(x.actual, x.shape)) return x
    const dims = x.perm.map((axis) => x.shape[axis]!)
    // A constant's name is of rank 0 and expands to any dims.
    const name =
      dims.length === 0 ? this.emit("Identity", [x.name]) : this.emit("Expand", [x.name, this.integers(dims)])
    return this.dense(name, x.dtype, x.shape, x.perm)
  }

  /** The name of the operand's numbers, all held, in the layout asked for (the logical one when left out). */
  as(x: Operand, perm: readonly number[] = identity(x.shape.length)): string {
    const held = this.full(x)
    return this.moved(held, perm)
  }

  reshape(name: string, dims: readonly number[]): string {
    return this.emit("Reshape", [name, this.integers(dims)])
  }

  transpose(name: string, perm: readonly number[]): string {
    return isIdentity(perm) ? name : this.emit("Transpose", [name], { perm })
  }

  /**
   * Emits an operation that works number by number, with broadcasting.
   * @param shape logical shape of the result
   */
  elementwise(
    op: string,
    operands: readonly Operand[],
    shape: readonly number[],
    dtype: NumericType,
    attributes: Attributes = {},
  ): Operand {
    const { names, actual, perm } = this.aligned(operands, shape)
    return { name: this.emit(op, names, attributes), dtype, shape, actual, perm }
  }

  /** Names of operands brought to one layout, so that ONNX broadcasts them as TensorFlow.js would. */
  aligned(
    operands: readonly Operand[],
    shape: readonly number[],
  ): { names: string[]; actual: number[]; perm: readonly number[] } {
    const rank = shape.length
    const extended = operands.map((x) => extendedTo(x, rank))
    const perm = commonLayout(extended, rank)
    const actual = new Array<number>(rank).fill(1)
    for (const x of extended) {
      x.actual.forEach((extent, axis) => {
        if (extent !== 1) actual[axis] = extent
      })
    }
    // A result of constants only is of rank 0 in ONNX; give it its dims.
    const allConstant = extended.every((x) => x.constant !== undefined)
    const names = extended.map((x, i) =>
      x.constant === undefined
        ? this.broadcastable(operands[i]!, x, perm)
        : allConstant && rank > 0
          ? this.reshape(x.name, actual)
          : x.name,
    )
    // ONNX knows the ranks of what is held only: were none the full one, the result would lack axes.
    const whole = operands.some((x) => x.constant === undefined && x.shape.length === rank)
    const first = whole ? -1 : extended.findIndex((x) => x.constant === undefined)
    if (first >= 0) {
      const dims = perm.map((axis) => extended[first]!.actual[axis]!)
      names[first] = this.reshape(names[first]!, dims)
    }
    return { names, actual, perm }
  }

  model(outputs: readonly OnnxPort[]): OnnxModel {
    const needed = new Set(outputs.map((port) => port.name))
    const nodes: OnnxNode[] = []
    for (let i = this.nodes.length - 1; i >= 0; i--) {
      const node = this.nodes[i]!
      if (!node.outputs.some((name) => needed.has(name))) continue
      nodes.push(node)
      for (const name of node.inputs) needed.add(name)
    }
    nodes.reverse()
    return {
      nodes,
      constants: [...this.constants.values()].filter((constant) => needed.has(constant.name)),
      inputs: this.inputs,
      outputs,
    }
  }

  private moved(x: Operand, perm: readonly number[]): string {
    if (sameShape(x.perm, perm)) return x.name
    if (sameOrder(x.actual, x.perm, perm)) {
      return this.reshape(
        x.name,
        perm.map((axis) => x.actual[axis]!),
      )
    }
    const position = inverse(x.perm)
    return this.transpose(
      x.name,
      perm.map((axis) => position[axis]!),
    )
  }

  private broadcastable(original: Operand, extended: Operand, perm: readonly number[]): string {
    const target = perm.map((axis) => extended.actual[axis]!)
    const held = physicalDims(original)
    if (sameOrder(extended.actual, extended.perm, perm)) {
      return sameShape(withoutLeadingOnes(target), withoutLeadingOnes(held))
        ? original.name
        : this.reshape(original.name, target)
    }
    const dims = physicalDims(extended)
    const name = sameShape(dims, held) ? original.name : this.reshape(original.name, dims)
    const position = inverse(extended.perm)
    return this.transpose(
      name,
      perm.map((axis) => position[axis]!),
    )
  }
}

/** The operand seen with leading axes of extent 1, as broadcasting sees it. */
function extendedTo(x: Operand, rank: number): Operand {
  const missing = rank - x.shape.length
  if (missing === 0) return x
  const ones = new Array<number>(missing).fill(1)
  return {
    ...x,
    shape: [...ones, ...x.shape],
    actual: [...ones, ...x.actual],
    perm: [...identity(missing), ...x.perm.map((axis) => axis + missing)],
  }
}

/** The layout among the operands' own that moves the fewest numbers; a permuted one where two cost the same. */
function commonLayout(operands: readonly Operand[], rank: number): readonly number[] {
  let best = identity(rank) as readonly number[]
  let bestCost = Number.POSITIVE_INFINITY
  const seen = new Set<string>()
  for (const candidate of operands) {
    if (candidate.constant !== undefined) continue
    const key = candidate.perm.join()
    if (seen.has(key)) continue
    seen.add(key)
    let cost = isIdentity(candidate.perm) ? 0.5 : 0
    for (const x of operands) {
      if (x.constant === undefined && !sameOrder(x.actual, x.perm, candidate.perm)) cost += sizeOf(x.actual)
    }
    // Of layouts that cost alike, the one of the operand with the most wide axes says the most.
    cost -= candidate.actual.filter((extent) => extent !== 1).length / 1000
    if (cost < bestCost) {
      best = candidate.perm
      bestCost = cost
    }
  }
  return best
}

function withoutLeadingOnes(dims: readonly number[]): readonly number[] {
  let first = 0
  while (first < dims.length && dims[first] === 1) first++
  return dims.slice(first)
}
