import * as tf from "@saddlepoint/engine/tf"
import { ConditionalNormalisation } from "../layers/conditionalNormalisation.ts"
import { Convolution } from "../layers/convolution.ts"
import { type Connections, convolutionConnections, type Initialisation } from "../layers/initialisation.ts"
import { type KernelWeights, weightedStart } from "../layers/kernelWeights.ts"
import { Normalisation, type Statistics } from "../layers/normalisation.ts"
import { seededNormal, seededUniform } from "../layers/seededInitialiser.ts"
import { Upsampling, type UpsamplingMethod } from "../layers/upsampling.ts"

/** What the layers of a residual network have in common. */
export interface ResidualNetwork {
  readonly seed: number
  readonly player: string
  /** `auto`: see `residualStart`. */
  readonly initialisation: Initialisation | "auto"
  readonly weights: KernelWeights
}

const apply = (layer: tf.layers.Layer, x: tf.SymbolicTensor | tf.SymbolicTensor[]) =>
  layer.apply(x) as tf.SymbolicTensor

/**
 * How a layer starts. `auto` is Glorot and Bengio's uniform values, sqrt(2) times as large in what a residual block adds, as in the authors'
 * code (Miyato et al. 2018).
 */
export function residualStart(
  { seed, player, initialisation, weights }: ResidualNetwork,
  variable: string,
  connections: Connections,
  gain = 1,
): ReturnType<typeof weightedStart> {
  const layer = { seed, player, variable }
  const named = initialisation === "auto" ? "xavier" : initialisation
  const started = weightedStart(layer, weights, named, connections)
  if (initialisation !== "auto" || weights === "equalised") return started
  const bound = gain * Math.sqrt(6 / (connections.in + connections.out))
  return { ...started, start: { kernel: seededUniform({ ...layer, variable: `${variable}/kernel` }, bound) } }
}

/** A convolution of stride 1 that keeps the sides, with a bias. */
export function residualConvolution(
  x: tf.SymbolicTensor,
  network: ResidualNetwork,
  {
    name,
    channels,
    kernel,
    gain,
    slope,
  }: {
    readonly name: string
    readonly channels: number
    readonly kernel: 1 | 3
    readonly gain?: number
    readonly slope?: number
  },
): tf.SymbolicTensor {
  const connections = convolutionConnections(kernel, x.shape.at(-1)!, channels)
  const followed = slope === undefined ? connections : { ...connections, slope }
  const geometry = { kernel, stride: 1, padding: (kernel - 1) / 2 }
  return apply(
    new Convolution({ name, channels, ...geometry, ...residualStart(network, name, followed, gain) }),
    x,
  )
}

/** A norm of a residual block, and the ReLU behind it. */
export interface BlockNorm {
  readonly statistics: Statistics
  /** The class, and how many there are: each then has gamma and beta of its own. */
  readonly label?: { readonly input: tf.SymbolicTensor; readonly classes: number }
}

/** Batch norm, of the class where there is one, and ReLU. Gammas start at 1, betas at 0. */
export function normedRectified(
  x: tf.SymbolicTensor,
  { seed, player }: ResidualNetwork,
  name: string,
  { statistics, label }: BlockNorm,
): tf.SymbolicTensor {
  const initialiser = seededNormal({ seed, player, variable: `${name}/gamma` }, 1, 0)
  const config = { name, norm: "batch", statistics, initialiser } as const
  const normed =
    label === undefined
      ? apply(new Normalisation(config), x)
      : apply(new ConditionalNormalisation({ ...config, classes: label.classes }), [x, label.input])
  return rectified(normed, name)
}

export const rectified = (x: tf.SymbolicTensor, name: string): tf.SymbolicTensor =>
  apply(tf.layers.reLU({ name: `${name}/activation` }), x)

/** Half the sides: the mean of each 2x2 pixels. */
const halved = (x: tf.SymbolicTensor, name: string): tf.SymbolicTensor =>
  apply(tf.layers.averagePooling2d({ name, poolSize: 2, strides: 2 }), x)

const sum = (a: tf.SymbolicTensor, b: tf.SymbolicTensor, name: string): tf.SymbolicTensor =>
  tf.layers.add({ name: `${name}/sum` }).apply([a, b]) as tf.SymbolicTensor

/**
 * A residual block that doubles the sides (Miyato et al. 2018; layers as in the authors' code): norm, ReLU, upsampling, 3x3
 * convolution, norm, ReLU, 3x3 convolution; beside it upsampling and a 1x1 convolution.
 */
export function upBlock(
  x: tf.SymbolicTensor,
  network: ResidualNetwork,
  {
    name,
    channels,
    norm,
    upsampling: method,
  }: {
    readonly name: string
    readonly channels: number
    readonly norm: BlockNorm
    readonly upsampling: UpsamplingMethod
  },
): tf.SymbolicTensor {
  const doubled = (small: tf.SymbolicTensor, part: string) =>
    apply(new Upsampling({ name: `${name}/${part}`, method }), small)
  const gain = Math.SQRT2
  let change = doubled(normedRectified(x, network, `${name}/norm1`, norm), "up")
  change = residualConvolution(change, network, {
    name: `${name}/conv1`,
    channels,
    kernel: 3,
    gain,
    slope: 0,
  })
  change = normedRectified(change, network, `${name}/norm2`, norm)
  change = residualConvolution(change, network, { name: `${name}/conv2`, channels, kernel: 3, gain })
  const shortcut = residualConvolution(doubled(x, "shortcut/up"), network, {
    name: `${name}/shortcut`,
    channels,
    kernel: 1,
  })
  return sum(change, shortcut, name)
}

/**
 * A residual block of a discriminator (Miyato et al. 2018; layers as in the authors' code): ReLU, 3x3 convolution, ReLU, 3x3 convolution, mean of 2x2 pixels
 * where it halves the sides; beside it, where sides or channels change, a 1x1 convolution and the same mean. The first block sees
 * the image itself: it has no first ReLU, and the mean comes before the 1x1 convolution.
 */
export function downBlock(
  x: tf.SymbolicTensor,
  network: ResidualNetwork,
  {
    name,
    channels,
    halves,
    first,
  }: {
    readonly name: string
    readonly channels: number
    readonly halves: boolean
    readonly first: boolean
  },
): tf.SymbolicTensor {
  const gain = Math.SQRT2
  const inputs = x.shape.at(-1)!
  const between = first ? channels : inputs
  let change = first ? x : rectified(x, `${name}/first`)
  change = residualConvolution(change, network, {
    name: `${name}/conv1`,
    channels: between,
    kernel: 3,
    gain,
    slope: 0,
  })
  change = rectified(change, `${name}/second`)
  change = residualConvolution(change, network, { name: `${name}/conv2`, channels, kernel: 3, gain })
  if (halves) change = halved(change, `${name}/half`)
  if (!halves && channels === inputs && !first) return sum(change, x, name)
  const reached = (small: tf.SymbolicTensor) =>
    residualConvolution(small, network, { name: `${name}/shortcut`, channels, kernel: 1 })
  const half = (large: tf.SymbolicTensor) => (halves ? halved(large, `${name}/shortcut/half`) : large)
  return sum(change, first ? reached(half(x)) : half(reached(x)), name)
}
