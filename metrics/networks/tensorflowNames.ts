import type { Weights } from "@saddlepoint/core/play/weights"

/**
 * Names of the TensorFlow graph inception-2015-12-05, and the PyTorch ports' names of the same layers. Inside a block
 * `conv`, `tower`, `tower_1` and `tower_2` are its branches, numbered by the order of their layers.
 */

const stem = {
  conv: "Conv2d_1a_3x3",
  conv_1: "Conv2d_2a_3x3",
  conv_2: "Conv2d_2b_3x3",
  conv_3: "Conv2d_3b_1x1",
  conv_4: "Conv2d_4a_3x3",
}

/** Blocks of one form, and their layers: first those of `tower`, then of `tower_1`, then of `tower_2`. */
interface Form {
  readonly blocks: readonly string[]
  /** `conv` outside the towers. */
  readonly single: string | undefined
  readonly towers: readonly (readonly string[])[]
}

const row = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}_${i + 1}`)

const forms: readonly Form[] = [
  {
    blocks: ["Mixed_5b", "Mixed_5c", "Mixed_5d"],
    single: "branch1x1",
    towers: [row("branch5x5", 2), row("branch3x3dbl", 3), ["branch_pool"]],
  },
  { blocks: ["Mixed_6a"], single: "branch3x3", towers: [row("branch3x3dbl", 3)] },
  {
    blocks: ["Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e"],
    single: "branch1x1",
    towers: [row("branch7x7", 3), row("branch7x7dbl", 5), ["branch_pool"]],
  },
  { blocks: ["Mixed_7a"], single: undefined, towers: [row("branch3x3", 2), row("branch7x7x3", 4)] },
  {
    blocks: ["Mixed_7b", "Mixed_7c"],
    single: "branch1x1",
    towers: [["branch3x3_1"], row("branch3x3dbl", 2), ["branch_pool"]],
  },
]

const numbered = (name: string, i: number) => (i === 0 ? name : `${name}_${i}`)

/** From the scope of a layer in the graph to its name in PyTorch. */
function layerNames(): Map<string, string> {
  const names = new Map<string, string>(Object.entries(stem))
  let index = 0
  for (const { blocks, single, towers } of forms) {
    for (const block of blocks) {
      const mixed = numbered("mixed", index++)
      if (single !== undefined) names.set(`${mixed}/conv`, `${block}.${single}`)
      towers.forEach((layers, tower) => {
        layers.forEach((layer, i) => {
          names.set(`${mixed}/${numbered("tower", tower)}/${numbered("conv", i)}`, `${block}.${layer}`)
        })
      })
      if (!block.startsWith("Mixed_7") || block === "Mixed_7a") continue
      // The ends that split in two.
      for (const [tower, layer] of [
        ["tower", "branch3x3_2"],
        ["tower_1", "branch3x3dbl_3"],
      ] as const) {
        names.set(`${mixed}/${tower}/mixed/conv`, `${block}.${layer}a`)
        names.set(`${mixed}/${tower}/mixed/conv_1`, `${block}.${layer}b`)
      }
    }
  }
  return names
}

const parts = {
  "batchnorm/gamma": "bn.weight",
  "batchnorm/beta": "bn.bias",
  "batchnorm/moving_mean": "bn.running_mean",
  "batchnorm/moving_variance": "bn.running_var",
}

/**
 * The weights of the TensorFlow graph under PyTorch's names: filters `[height, width, in, out]` become
 * `[out, in, height, width]`, and `softmax/weights` `[2048, 1008]` is transposed. Weights in PyTorch's names pass.
 */
export function inTorchNames(weights: Weights): Weights {
  if (!("conv/conv2d_params" in weights)) return weights
  const renamed: Record<string, Weights[string]> = {}
  const take = (from: string, to: string, order: readonly number[] | undefined) => {
    const tensor = weights[from]
    if (tensor !== undefined) renamed[to] = order === undefined ? tensor : transposed(tensor, order)
  }
  for (const [scope, name] of layerNames()) {
    take(`${scope}/conv2d_params`, `${name}.conv.weight`, [3, 2, 0, 1])
    for (const [part, torch] of Object.entries(parts)) take(`${scope}/${part}`, `${name}.${torch}`, undefined)
  }
  take("softmax/weights", "fc.weight", [1, 0])
  take("softmax/biases", "fc.bias", undefined)
  return renamed
}

/** The tensor with its axes in another order: axis `i` of the result is axis `order[i]`. */
function transposed({ shape, values }: Weights[string], order: readonly number[]): Weights[string] {
  if (shape.length !== order.length) return { shape, values }
  const dims = order.map((axis) => shape[axis]!)
  const strides = order.map((axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1))
  const moved = new Float32Array(values.length)
  const at = dims.map(() => 0)
  let from = 0
  for (let to = 0; to < moved.length; to++) {
    moved[to] = values[from]!
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      at[axis]!++
      from += strides[axis]!
      if (at[axis]! < dims[axis]!) break
      from -= strides[axis]! * dims[axis]!
      at[axis] = 0
    }
  }
  return { shape: dims, values: moved }
}
