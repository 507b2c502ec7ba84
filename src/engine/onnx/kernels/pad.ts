import type { TensorInfo } from "../../tf.ts"
import type { Graph } from "../graph/graph.ts"
import type { NumericType } from "../graph/numericType.ts"
import { inverse, type Operand } from "../graph/operand.ts"
import { operation } from "../operation.ts"
import type { Recorder } from "../recorder.ts"
import type { Kernel, KernelTable } from "./kernel.ts"

/** Numbers added before and after, for every axis. */
export type Paddings = readonly (readonly [number, number])[]

type Mode = "constant" | "reflect" | "symmetric"

/** The operand with borders, in its own layout. */
export function padded(graph: Graph, x: Operand, paddings: Paddings, mode: Mode, constant = 0): Operand {
  const dense = graph.full(x)
  const shape = paddedShape(x.shape, paddings)
  if (mode === "symmetric") return mirrored(graph, dense, paddings, shape)
  const before = dense.perm.map((axis) => paddings[axis]![0])
  const after = dense.perm.map((axis) => paddings[axis]![1])
  const filling = mode === "constant" ? [graph.constant(constant, x.dtype, []).name] : []
  const name = graph.emit("Pad", [dense.name, graph.integers([...before, ...after]), ...filling], { mode })
  return graph.dense(name, x.dtype, shape, dense.perm)
}

/** A mirror that repeats the border; ONNX's Pad has only the one that does not. */
function mirrored(graph: Graph, dense: Operand, paddings: Paddings, shape: readonly number[]): Operand {
  const position = inverse(dense.perm)
  let name = dense.name
  paddings.forEach(([before, after], axis) => {
    if (before === 0 && after === 0) return
    const extent = dense.shape[axis]!
    const source = Array.from({ length: before + extent + after }, (_, i) => {
      const at = i - before
      return at < 0 ? -1 - at : at < extent ? at : 2 * extent - 1 - at
    })
    name = graph.emit("Gather", [name, graph.integers(source)], { axis: position[axis]! })
  })
  return graph.dense(name, dense.dtype, shape, dense.perm)
}

function paddedShape(shape: readonly number[], paddings: Paddings): number[] {
  return shape.map((extent, axis) => paddings[axis]![0] + extent + paddings[axis]![1])
}

function recordPad(recorder: Recorder, x: TensorInfo, paddings: Paddings, mode: Mode, constant: number) {
  const limit = (extent: number) =>
    mode === "constant" ? Number.POSITIVE_INFINITY : mode === "reflect" ? extent - 1 : extent
  const wrong = (pad: number, axis: number) => !(pad >= 0 && pad <= limit(x.shape[axis]!))
  if (paddings.some(([before, after], axis) => wrong(before, axis) || wrong(after, axis))) return undefined
  if (x.dtype === "bool" && constant !== 0 && constant !== 1) return undefined
  const fixed = paddings.map(([before, after]) => [before, after] as const)
  const op = operation(
    `Pad ${mode} ${constant} ${fixed.join()}`,
    () =>
      (graph, [operand]) =>
        padded(graph, operand!, fixed, mode, constant),
  )
  return recorder.record(op, [recorder.value(x)], paddedShape(x.shape, fixed), x.dtype as NumericType)
}

const pad: Kernel = ({ x }, { paddings, constantValue }, recorder) =>
  recordPad(recorder, x!, paddings, "constant", Number(constantValue))

const mirrorPad: Kernel = ({ x }, { paddings, mode }, recorder) =>
  mode === "reflect" || mode === "symmetric" ? recordPad(recorder, x!, paddings, mode, 0) : undefined

export const padKernels: KernelTable = { MirrorPad: mirrorPad, PadV2: pad }
