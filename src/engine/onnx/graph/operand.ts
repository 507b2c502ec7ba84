import type { NumericType } from "./numericType.ts"

/**
 * A value while its graph is being lowered: a name in the ONNX graph, and how the numbers lie behind it.
 *
 * Layout: physical dimension i holds logical axis `perm[i]`. Virtual broadcast: along axes where `actual` is 1
 * and `shape` is more, the numbers are held once and stand for all.
 */
export interface Operand {
  readonly name: string
  readonly dtype: NumericType
  /** Logical shape, as TensorFlow.js sees it. */
  readonly shape: readonly number[]
  /** Extents that are really held, in logical order. */
  readonly actual: readonly number[]
  readonly perm: readonly number[]
  /** The number of which the whole operand consists; `name` is then a rank-0 constant. */
  readonly constant?: number
}

export function identity(rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => axis)
}

export function isIdentity(perm: readonly number[]): boolean {
  return perm.every((axis, i) => axis === i)
}

export function sizeOf(shape: readonly number[]): number {
  let size = 1
  for (const extent of shape) size *= extent
  return size
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, i) => extent === b[i])
}

/** The extents held, in physical order: the dims of the ONNX value. */
export function physicalDims(x: Pick<Operand, "actual" | "perm">): number[] {
  return x.perm.map((axis) => x.actual[axis]!)
}

/** Physical position of every logical axis. */
export function inverse(perm: readonly number[]): number[] {
  const positions = new Array<number>(perm.length)
  perm.forEach((axis, position) => {
    positions[axis] = position
  })
  return positions
}

/** Whether two layouts order the numbers alike: axes of extent 1 may lie anywhere. */
export function sameOrder(extents: readonly number[], a: readonly number[], b: readonly number[]): boolean {
  const wide = (axis: number) => extents[axis] !== 1
  const left = a.filter(wide)
  const right = b.filter(wide)
  return left.every((axis, i) => axis === right[i])
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
