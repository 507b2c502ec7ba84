import type { Graph } from "../graph/graph.ts"
import { type Operand, sizeOf } from "../graph/operand.ts"

/** The least whole number of blocks that holds so many channels, in channels. */
export function filledUp(channels: number, block: number): number {
  return Math.ceil(channels / block) * block
}

/** Where the number at these coordinates of a filter lies; behind its end, where a zero is put, for none. */
type Place = (row: number, column: number, input: number, output: number) => number

/** How a filter is reordered; the pick of a name is always the same. */
export interface Reordering {
  readonly name: string
  /** Extents of the result: the result's channels, the image's channels, height, width. */
  readonly dims: readonly [number, number, number, number]
  /** Picks the number for these channels and this tap. */
  pick(place: Place, to: number, from: number, row: number, column: number): number
}

/**
 * A filter `[height, width, in, out]` in blocks: over blocks of the result's channels, blocks of the image's channels,
 * height, width; within them the place of the image's channel, then that of the result's, filled up with zeros.
 * Picked number by number from however the filter is held: ONNX Runtime's GatherElements is three to four times
 * faster than its Transpose of so many axes.
 */
export function reorderedFilter(graph: Graph, filter: Operand, reordering: Reordering): string {
  const held = graph.full(filter)
  const size = sizeOf(filter.shape)
  const [toChannels, fromChannels, height, width] = reordering.dims
  const filled = filledUp(toChannels, graph.channelBlock!)
  const dims = [filled, fromChannels, height, width]
  const key = `${reordering.name} ${dims} of ${filter.shape} held as ${held.perm}`
  const places = graph.remembered(key, () => {
    return graph.initializer("int32", [sizeOf(dims)], placesOf(held, reordering, graph.channelBlock!))
  })
  const flat = graph.reshape(held.name, [size])
  const zero = graph.initializer("float32", [1], new Float32Array(1))
  const numbers = filled > toChannels ? graph.emit("Concat", [flat, zero], { axis: 0 }) : flat
  return graph.reshape(graph.emit("GatherElements", [numbers, places]), dims)
}

function placesOf(filter: Operand, { dims, pick }: Reordering, block: number): Int32Array {
  const [toChannels, fromChannels, height, width] = dims
  const [perRow, perColumn, perIn, perOut] = stridesOf(filter) as [number, number, number, number]
  const place: Place = (row, column, input, output) =>
    row * perRow + column * perColumn + input * perIn + output * perOut
  const size = sizeOf(filter.shape)
  const filled = filledUp(toChannels, block)
  // Channels that are not in blocks lie one behind the other.
  const inner = fromChannels < block ? 1 : block
  const places = new Int32Array(filled * fromChannels * height * width)
  let at = 0
  for (let toBlock = 0; toBlock < filled; toBlock += block)
    for (let fromBlock = 0; fromBlock < fromChannels; fromBlock += inner)
      for (let row = 0; row < height; row++)
        for (let column = 0; column < width; column++)
          for (let from = fromBlock; from < fromBlock + inner; from++)
            for (let to = toBlock; to < toBlock + block; to++)
              places[at++] = to < toChannels ? pick(place, to, from, row, column) : size
  return places
}

/** Distance between neighbours along each logical axis of an operand that holds every number. */
function stridesOf(x: Operand): number[] {
  const strides = new Array<number>(x.shape.length)
  let stride = 1
  for (const axis of [...x.perm].reverse()) {
    strides[axis] = stride
    stride *= x.shape[axis]!
  }
  return strides
}
