import type { Graph } from "./graph.ts"
import { identity, inverse, type Operand } from "./operand.ts"

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
