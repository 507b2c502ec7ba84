import type { NumericType } from "./value.ts"

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

/**
 * The layout of a reshaped operand when the reshape only adds or removes axes of extent 1; undefined otherwise.
 * Then no number has to move.
 */
export function reshapedPerm(
  from: readonly number[],
  perm: readonly number[],
  to: readonly number[],
): number[] | undefined {
  const wideFrom = identity(from.length).filter((axis) => from[axis] !== 1)
  const wideTo = identity(to.length).filter((axis) => to[axis] !== 1)
  if (wideFrom.length !== wideTo.length) return undefined
  if (wideFrom.some((axis, i) => from[axis] !== to[wideTo[i]!])) return undefined
  const renamed = new Map(wideFrom.map((axis, i) => [axis, wideTo[i]!]))
  const order = perm.filter((axis) => from[axis] !== 1).map((axis) => renamed.get(axis)!)
  // Where the order of the wide axes is kept, so is the plain layout.
  if (order.every((axis, i) => i === 0 || axis > order[i - 1]!)) return identity(to.length)
  const narrow = identity(to.length).filter((axis) => to[axis] === 1)
  return [...narrow, ...order]
}
