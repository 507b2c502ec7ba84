import { Graph } from "./graph/graph.ts"
import type { NumericType } from "./graph/numericType.ts"
import type { OnnxModel, OnnxPort } from "./graph/onnxWriter.ts"
import { isIdentity, type Operand, physicalDims } from "./graph/operand.ts"
import type { Trace } from "./trace.ts"

/** A lowered trace: the model, and where each leaf enters and each output leaves. */
export interface LoweredTrace {
  readonly model: OnnxModel
  /** Name of the graph input of every leaf; undefined for a leaf that became a constant. */
  readonly inputs: readonly (string | undefined)[]
  readonly outputs: readonly LoweredOutput[]
}

export interface LoweredOutput {
  readonly name: string
  readonly layout: readonly number[] | undefined
}

/**
 * Lowers a trace to an ONNX model.
 * @param isConstant whether the one-element leaf at this index is built in as a constant
 * @param channelBlock see `Graph.channelBlock`
 */
export function lowerTrace(
  trace: Trace,
  isConstant: (leaf: number) => boolean,
  channelBlock?: number,
): LoweredTrace {
  const graph = new Graph(channelBlock)
  const inputs: (string | undefined)[] = []
  const leaves = trace.leaves.map((leaf, i) => {
    const dtype = leaf.dtype as NumericType
    if (isConstant(i)) {
      inputs.push(undefined)
      return graph.constant(leaf.scalar!, dtype, leaf.shape)
    }
    const operand = graph.input(dtype, leaf.shape, leaf.layout)
    inputs.push(operand.name)
    return operand
  })

  const operands: Operand[] = []
  for (const value of trace.order) {
    const operation = value.operation!
    const read = value.inputs.map((input) =>
      input.computed ? leaves[input.index - 1]! : operands[input.index - 1]!,
    )
    operands.push(operation.lower(graph, read, { shape: value.shape, dtype: value.dtype as NumericType }))
  }

  const inputNames = new Set(inputs)
  const ports = new Map<string, OnnxPort>()
  const outputs = trace.outputs.map((value): LoweredOutput => {
    const operand = graph.full(operands[value.index - 1]!)
    // A graph may not hand an input or a constant straight to its outputs.
    const passedOn = inputNames.has(operand.name) || operand.name.startsWith("c")
    const name = passedOn ? graph.emit("Identity", [operand.name]) : operand.name
    ports.set(name, { name, type: operand.dtype, dims: physicalDims(operand) })
    return { name, layout: isIdentity(operand.perm) ? undefined : operand.perm }
  })
  return { model: graph.model([...ports.values()]), inputs, outputs }
}
