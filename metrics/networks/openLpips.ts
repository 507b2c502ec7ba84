import { type Weights, weightsDigest } from "@saddlepoint/core/play/weights"
import * as tf from "@saddlepoint/engine/tf"
import { type Chain, preprocessed } from "../resize/chains.ts"
import { type Images, requireImages } from "../resize/images.ts"
import { resizing } from "../resize/resizer.ts"
import { torchBilinear } from "../resize/torchInterpolate.ts"
import { type NetworkDefinition, type OpenNetworkOptions, openFeatureNetwork } from "./featureNetwork.ts"
import { imageBatches } from "./imageBatches.ts"
import { parametersOf, tapsOf, upToTaps } from "./layers.ts"
import { alexNet, squeezeNet, vgg16 } from "./torchvision.ts"

/** Backbones of LPIPS by its own names, with the taps that it looks at. */
export const lpipsBackbones = {
  alex: { definition: alexNet, taps: ["relu1", "relu2", "relu3", "relu4", "relu5"] },
  vgg: { definition: vgg16, taps: ["relu1_2", "relu2_2", "relu3_3", "relu4_3", "relu5_3"] },
  squeeze: { definition: squeezeNet, taps: tapsOf(squeezeNet.layers) },
} as const satisfies Record<string, { definition: NetworkDefinition; taps: readonly string[] }>

export type LpipsBackbone = keyof typeof lpipsBackbones

/**
 * How a pixel's channels are brought to length 1: `x / sqrt(1e-8 + sum x^2)` as in torchmetrics, or
 * `x / (sqrt(sum x^2) + 1e-10)` as in the original package.
 */
export type LpipsNorm = "torchmetrics" | "original"

export interface LpipsOptions extends Pick<OpenNetworkOptions, "engine"> {
  /** `torchmetrics` where left out. */
  readonly norm?: LpipsNorm
}

/** Distances of pairs of images. */
export interface LpipsDistances {
  /** float64 `[pairs]`; 0 for equal images, larger for less alike. */
  readonly total: Float64Array
  /** The parts of the total, by layer: float64 `[pairs]` each. */
  readonly perLayer: readonly Float64Array[]
}

/** Learned perceptual image patch similarity, version 0.1. */
export interface Lpips {
  /** SHA-256 over the backbone's and the heads' weights. */
  readonly digest: string
  /** Backbone, version and norm in one line; part of a metric's identity. */
  readonly description: string
  /** What happens to images first. */
  readonly chain: Chain
  /** Distances between the images of two sets of equal shape, first with first, and so on. */
  distances(a: Images, b: Images, options?: LpipsPass): Promise<LpipsDistances>
  /**
   * Where pairs differ: the sum over layers of their maps, brought to the images' size as `torchBilinear` does.
   * @returns float32 `[pairs, height, width]`
   */
  maps(a: Images, b: Images, options?: LpipsPass): Promise<Float32Array>
  dispose(): void
}

export interface LpipsPass {
  /** Pairs computed at once, 8 where left out; the last batch is filled up. */
  readonly batch?: number
}

/** The scaling layer of version 0.1, for images in [-1, 1]: `(x - shift) / scale` by channel. */
const shift = [-0.03, -0.088, -0.188] as const
const scale = [0.458, 0.448, 0.45] as const

const scalingChain: Chain = {
  name: "lpips",
  quantisation: "none",
  resize: undefined,
  normalisation: {
    name: "the scaling layer of LPIPS 0.1",
    subtract: [127.5 * (1 + shift[0]), 127.5 * (1 + shift[1]), 127.5 * (1 + shift[2])],
    divide: [127.5 * scale[0], 127.5 * scale[1], 127.5 * scale[2]],
  },
}

/** The map of one layer for every pair of a batch. */
interface LayerMaps {
  /** `[pairs, height, width]` */
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/**
 * LPIPS (Zhang et al. 2018, equation 1): features of both images are brought to unit length at every pixel, their
 * squared differences are weighted by a head of one number a channel, averaged over positions and summed over layers.
 * Features and maps are float32, means float64.
 *
 * @param backbone `alex`, `vgg` (VGG16) or `squeeze` (SqueezeNet 1.1)
 * @param weights the state dict of torchvision's network; only its features are needed
 * @param heads the tensors `lin<i>.model.1.weight` `[1, channels, 1, 1]` of the original package's version 0.1
 * @throws one sentence when a tensor is missing or has another shape
 */
export async function openLpips(
  backbone: LpipsBackbone,
  weights: Weights,
  heads: Weights,
  { engine: given, norm = "torchmetrics" }: LpipsOptions = {},
): Promise<Lpips> {
  const { definition, taps } = lpipsBackbones[backbone]
  const channels = channelsOf(definition, taps)
  const used = requireHeads(backbone, heads, channels)
  const network = await openFeatureNetwork(definition, weights, {
    taps,
    ...(given !== undefined && { engine: given }),
  })
  const { engine } = network
  const headTensors = Object.values(used).map(({ values }) => tf.tensor1d(values))
  const turn = engine.compile(
    ({ images }) => {
      const features = network.apply(images as tf.Tensor4D, taps)
      const maps = taps.map((tap, i) => {
        return [tap, weightedDifference(features[tap] as tf.Tensor4D, headTensors[i]!, norm)] as const
      })
      return Object.fromEntries(maps)
    },
    { random: noDraw, schedule: () => 0 },
  )
  let step = 0
  /** Maps of all pairs by layer, batch by batch. */
  async function* played(a: Images, b: Images, { batch = 8 }: LpipsPass = {}) {
    requirePairs(a, b)
    const seconds = imageBatches(b, batch)
    for (const { first, count, images } of imageBatches(a, batch)) {
      const both = tf.tidy(() => tf.concat([scaled(images), scaled(seconds.next().value!.images)], 0))
      const maps = turn.play({ images: both }, step++)
      both.dispose()
      yield { first, count, layers: await Promise.all(taps.map((tap) => layerMaps(maps[tap]!))) }
    }
  }
  return {
    digest: weightsDigest({ ...backboneWeights(definition, taps, weights), ...used }),
    description: `LPIPS 0.1, ${definition.name}, unit length as in ${norm === "original" ? "the original package" : norm}`,
    chain: scalingChain,
    async distances(a, b, pass) {
      const perLayer = taps.map(() => new Float64Array(a.shape[0]))
      for await (const { first, count, layers } of played(a, b, pass)) {
        layers.forEach(({ shape, values }, layer) => {
          const size = shape[1]! * shape[2]!
          for (let pair = 0; pair < count; pair++) {
            const sum = values.subarray(pair * size, (pair + 1) * size).reduce((all, value) => all + value, 0)
            perLayer[layer]![first + pair] = sum / size
          }
        })
      }
      const total = Float64Array.from({ length: a.shape[0] }, (_, pair) =>
        perLayer.reduce((sum, layer) => sum + layer[pair]!, 0),
      )
      return { total, perLayer }
    },
    async maps(a, b, pass) {
      const [all, height, width] = a.shape
      const size = height * width
      const whole = new Float32Array(all * size)
      for await (const { first, count, layers } of played(a, b, pass)) {
        const sums = whole.subarray(first * size, (first + count) * size)
        for (const { shape, values } of layers) {
          const large = resizing(torchBilinear, [shape[1]!, shape[2]!], [height, width], 1)(values)
          for (let i = 0; i < sums.length; i++) sums[i]! += large[i]!
        }
      }
      return whole
    },
    dispose() {
      turn.dispose()
      network.dispose()
      tf.dispose(headTensors)
    },
  }
}

function scaled(images: Images): tf.Tensor4D {
  const { values, shape } = preprocessed(images, scalingChain)
  return tf.tensor4d(values, shape)
}

/** Brings the maps of one layer to the host. */
async function layerMaps(tensor: tf.Tensor): Promise<LayerMaps> {
  const values = (await tensor.data()) as Float32Array
  tensor.dispose()
  return { shape: tensor.shape, values }
}

const noDraw = () => {
  throw new Error("LPIPS draws nothing.")
}

/** `[2 pairs, height, width, channels]`, first images then second ones, to the map `[pairs, height, width]`. */
function weightedDifference(features: tf.Tensor4D, head: tf.Tensor1D, norm: LpipsNorm): tf.Tensor3D {
  return tf.tidy(() => {
    const squares = tf.sum(tf.square(features), 3, true)
    const length = norm === "torchmetrics" ? tf.sqrt(tf.add(squares, 1e-8)) : tf.add(tf.sqrt(squares), 1e-10)
    const [first, second] = tf.split(tf.div(features, length) as tf.Tensor4D, 2, 0)
    return tf.sum(tf.mul(tf.squaredDifference(first!, second!), head), 3) as tf.Tensor3D
  })
}

/** Channels at every tap: those of the last convolution, or block, before it. */
function channelsOf({ layers }: NetworkDefinition, taps: readonly string[]): number[] {
  let channels = 0
  const found: number[] = []
  const outputsOf = (layer: (typeof layers)[number]): number => {
    if (layer.kind === "convolution") return layer.outputs
    if (layer.kind !== "branches") return channels
    return layer.branches.reduce((sum, branch) => sum + outputsOf(branch.at(-1)!), 0)
  }
  for (const layer of layers) {
    if (layer.kind === "tap" && taps.includes(layer.name)) found.push(channels)
    else channels = outputsOf(layer)
  }
  return found
}

/** The heads by name, in the order of the layers. */
function requireHeads(backbone: string, heads: Weights, channels: readonly number[]): Weights {
  const named = channels.map((count, i) => {
    const name = `lin${i}.model.1.weight`
    const head = heads[name]
    if (head !== undefined && head.shape.join() === `1,${count},1,1`) return [name, head] as const
    const got = head === undefined ? "there is none" : `it has [${head.shape.join(", ")}]`
    throw new Error(
      `Expected heads of LPIPS ${backbone} with the tensor "${name}" [1, ${count}, 1, 1], but ${got}; ` +
        `give the file ${backbone}.pth of its version 0.1.`,
    )
  })
  return Object.fromEntries(named)
}

function backboneWeights(
  { name, layers }: NetworkDefinition,
  taps: readonly string[],
  weights: Weights,
): Weights {
  const parameters = parametersOf(upToTaps(name, layers, taps))
  return Object.fromEntries(parameters.map((parameter) => [parameter.name, weights[parameter.name]!]))
}

function requirePairs(a: Images, b: Images): void {
  requireImages(a)
  requireImages(b)
  if (a.shape.join() !== b.shape.join() || a.shape[0] === 0) {
    throw new RangeError(
      `Expected pairs of images of one size for LPIPS, but got [${a.shape.join(", ")}] and [${b.shape.join(", ")}].`,
    )
  }
}
