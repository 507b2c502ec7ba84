/**
 * Networks as tables: what is needed to check their weights, to compute them with TensorFlow.js, and to write them as
 * one ONNX graph.
 */

/** A convolution, whose bias may come from a batch norm or not at all, and ReLU; a linear layer covers its whole image. */
export interface Convolution {
  readonly kind: "convolution"
  /** Its name in PyTorch's state dict, without `.weight`. */
  readonly name: string
  readonly inputs: number
  readonly outputs: number
  /** `[height, width]` */
  readonly kernel: readonly [number, number]
  readonly stride: number
  /** Zeros above and below, and left and right. */
  readonly padding: readonly [number, number]
  /** Its state dict has `.weight` and `.bias`, `.weight` alone, or `.conv.weight` and the four tensors `.bn.*`. */
  readonly shift: "bias" | "none" | "batch norm"
  /** Whether the state dict has the filter as a matrix `[outputs, inputs * height * width]`. */
  readonly linear: boolean
  readonly rectified: boolean
}

export type Layer =
  | Convolution
  /** Padded with zeros, which is as good as minus infinity behind a ReLU. `ceil`: a last window may pass the border. */
  | {
      readonly kind: "maxPool"
      readonly size: number
      readonly stride: number
      readonly padding: number
      readonly ceil: boolean
    }
  /** 3x3, stride 1; pixels past the border are not counted. */
  | { readonly kind: "averagePool" }
  /** Side by side on one input; the channels of their results are joined. */
  | { readonly kind: "branches"; readonly branches: readonly Layers[] }
  /** The mean over all positions, `[images, 1, 1, channels]`. */
  | { readonly kind: "mean" }
  | { readonly kind: "relu" }
  /** Adds `<name>.bias` to every position. */
  | { readonly kind: "bias"; readonly name: string; readonly outputs: number }
  /** Without an effect on what follows: gives what came to it a name by which it can be asked for. */
  | { readonly kind: "tap"; readonly name: string; readonly what: TapForm }

/** A tap gives images `[images, height, width, channels]` as they are, or their mean over positions `[images, channels]`. */
export type TapForm = "image" | "mean"

/** Layers one after the other. */
export type Layers = readonly Layer[]

/** A tensor that a state dict must have. */
export interface Parameter {
  readonly name: string
  readonly shape: readonly number[]
}

/** The tensors of a layer's state dict, in PyTorch's order and layouts: filters `[out, in, height, width]`. */
export function parametersOf(layers: Layers): Parameter[] {
  return layers.flatMap((layer): Parameter[] => {
    if (layer.kind === "branches") return layer.branches.flatMap(parametersOf)
    if (layer.kind === "bias") return [{ name: `${layer.name}.bias`, shape: [layer.outputs] }]
    if (layer.kind !== "convolution") return []
    const { name, inputs, outputs, kernel, shift, linear } = layer
    const [height, width] = kernel
    const shape = linear ? [outputs, inputs * height * width] : [outputs, inputs, height, width]
    const filter = shift === "batch norm" ? `${name}.conv.weight` : `${name}.weight`
    const vectors = { bias: ["bias"], none: [], "batch norm": batchNormParts }[shift]
    return [
      { name: filter, shape },
      ...vectors.map((part) => ({ name: `${name}.${part}`, shape: [outputs] })),
    ]
  })
}

const batchNormParts = ["bn.weight", "bn.bias", "bn.running_mean", "bn.running_var"]

/** Names of the taps on a chain, in its order. */
export function tapsOf(layers: Layers): string[] {
  return layers.flatMap((layer) => (layer.kind === "tap" ? [layer.name] : []))
}

/**
 * The chain up to the last of the taps asked for.
 * @throws one sentence when there is no such tap
 */
export function upToTaps(network: string, layers: Layers, taps: readonly string[]): Layers {
  const known = tapsOf(layers)
  const unknown = taps.find((tap) => !known.includes(tap))
  if (unknown !== undefined || taps.length === 0) {
    throw new Error(
      `Expected taps of ${network} out of ${known.join(", ")}, but got ${unknown === undefined ? "none" : `"${unknown}"`}.`,
    )
  }
  const last = layers.findLastIndex((layer) => layer.kind === "tap" && taps.includes(layer.name))
  return layers.slice(0, last + 1)
}
