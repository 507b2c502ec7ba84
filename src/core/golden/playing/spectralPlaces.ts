import type { Trajectory } from "../format/trajectory.ts"
import type { Places } from "./layerTable.ts"
import { alike, flattened, kernel, type Layout, permuted } from "./layout.ts"

/** How either of PyTorch's spectral norms calls the tensors of a layer: which vector it begins with, and the names' ends. */
export const spectralForms = {
  hook: { begin: "u", kernel: "weight_orig", u: "weight_u", v: "weight_v" },
  parametrization: {
    begin: "v",
    kernel: "parametrizations.weight.original",
    u: "parametrizations.weight.0._u",
    v: "parametrizations.weight.0._v",
  },
} as const

export type SpectralForm = keyof typeof spectralForms

/** A layer of ours under spectral norm, and the recorded one. */
export interface SpectralLayer {
  /** Name of ours. */
  readonly name: string
  /** Beginning of the names of the recorded layer's tensors, e.g. `D.c1`. */
  readonly recorded: string
  readonly form: SpectralForm
  /** Channels of the image that a dense layer sees flattened, where it does. */
  readonly channels?: number
}

/** Where the kernel, the bias and the singular vectors of a convolution or dense layer lie. */
export function spectralPlaces(
  recorded: Pick<Trajectory, "tensor">,
  { name, recorded: layer, form, channels }: SpectralLayer,
): Places {
  const ends = spectralForms[form]
  const { shape } = recorded.tensor(`${layer}.${ends.kernel}`)
  const [outputs, ...inputs] = shape as [number, ...number[]]
  const unflat = (layout: Layout) => (channels === undefined ? layout : flattened(layout, channels))
  const ofInputs = inputs.length === 1 ? unflat(alike(inputs)) : flat(permuted(inputs, [1, 2, 0]))
  return {
    [`${name}/kernel`]: { tensor: `${layer}.${ends.kernel}`, layout: unflat(kernel(shape)) },
    [`${name}/bias`]: { tensor: `${layer}.bias`, layout: alike([outputs]) },
    [`${name}/u`]: { tensor: `${layer}.${ends.u}`, layout: alike([outputs]) },
    [`${name}/v`]: { tensor: `${layer}.${ends.v}`, layout: ofInputs },
  }
}

/** Where the vectors of classes and their singular vectors lie: `[classes, size]` in both. */
export function spectralEmbedding(
  recorded: Pick<Trajectory, "tensor">,
  { name, recorded: layer, form }: SpectralLayer,
): Places {
  const ends = spectralForms[form]
  const { shape } = recorded.tensor(`${layer}.${ends.kernel}`)
  return {
    [`${name}/embedding`]: { tensor: `${layer}.${ends.kernel}`, layout: alike(shape) },
    [`${name}/u`]: { tensor: `${layer}.${ends.u}`, layout: alike([shape[0]!]) },
    [`${name}/v`]: { tensor: `${layer}.${ends.v}`, layout: alike([shape[1]!]) },
  }
}

const flat = ({ order }: Layout): Layout => ({ shape: [order.length], order })
