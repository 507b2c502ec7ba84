/**
 * Where the values of a tensor of PyTorch's lie in one of ours: our value i, row-major, is PyTorch's value `order[i]`. Every value has its
 * place in both, so that a layout can be read backwards.
 */
export interface Layout {
  /** Shape of our tensor. */
  readonly shape: readonly number[]
  readonly order: Int32Array
}

/** The same order. */
export function alike(shape: readonly number[]): Layout {
  return { shape, order: Int32Array.from({ length: product(shape) }, (_, at) => at) }
}

/** Axis a of our tensor is axis `axes[a]` of PyTorch's. */
export function permuted(torch: readonly number[], axes: readonly number[]): Layout {
  const shape = axes.map((axis) => torch[axis]!)
  const strides = torch.map((_, axis) => product(torch.slice(axis + 1)))
  const order = new Int32Array(product(torch))
  const place = axes.map(() => 0)
  for (let i = 0; i < order.length; i++) {
    order[i] = place.reduce((sum, at, axis) => sum + at * strides[axes[axis]!]!, 0)
    for (let axis = place.length - 1; axis >= 0; axis--) {
      if (++place[axis]! < shape[axis]!) break
      place[axis] = 0
    }
  }
  return { shape, order }
}

/** Images, NCHW in PyTorch, NHWC here; more axes may stand before the four. */
export function images(torch: readonly number[]): Layout {
  const before = torch.length - 3
  return permuted(torch, [...torch.keys()].slice(0, before).concat(before + 1, before + 2, before))
}

/** Kernels: OIHW to HWIO, transposed convolutions' IOHW to HWOI, dense layers' `[out, in]` to `[in, out]`; vectors as they are. */
export function kernel(torch: readonly number[]): Layout {
  if (torch.length === 4) return permuted(torch, [2, 3, 1, 0])
  return torch.length === 2 ? permuted(torch, [1, 0]) : alike(torch)
}

/** Changes the places along one of our axes: place p there takes what was at `from(p)`. */
export function moved({ shape, order }: Layout, axis: number, from: (place: number) => number): Layout {
  const inner = product(shape.slice(axis + 1))
  const side = shape[axis]!
  const changed = order.map((_, i) => {
    const place = Math.floor(i / inner) % side
    return order[i + (from(place) - place) * inner]!
  })
  return { shape, order: changed }
}

/** For a dense layer on flattened images: features come by channel, row, column in PyTorch, and by row, column, channel here. */
export function flattened(layout: Layout, channels: number): Layout {
  const positions = layout.shape[0]! / channels
  return moved(layout, 0, (place) => (place % channels) * positions + Math.floor(place / channels))
}

/** For what sees two concatenated tensors: the first `size` of our places along the axis are PyTorch's last, and the others its first. */
export function swapped(layout: Layout, axis: number, size: number): Layout {
  const rest = layout.shape[axis]! - size
  return moved(layout, axis, (place) => (place < size ? rest + place : place - size))
}

/** Values of PyTorch's in our order. */
export function fromTorch<Values extends Float32Array | Int32Array>(
  values: Values,
  { order }: Layout,
): Values {
  return values.map((_, i) => values[order[i]!]!) as Values
}

/** Our values in PyTorch's order. */
export function toTorch(values: ArrayLike<number>, { order }: Layout): Float32Array {
  const back = new Float32Array(order.length)
  for (const [i, at] of order.entries()) back[at] = values[i]!
  return back
}

const product = (shape: readonly number[]) => shape.reduce((size, side) => size * side, 1)
