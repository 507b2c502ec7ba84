import type { Graph } from "./graph.ts"
import { identity, type Operand, physicalDims } from "./operand.ts"

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

/**
 * The layout of a reshaped operand when the reshape only adds or removes axes of extent 1; undefined otherwise.
 * Then no number has to move.
 */
function reshapedPerm(
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
