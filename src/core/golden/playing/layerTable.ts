import * as tf from "@saddlepoint/engine/tf"
import { Convolution } from "../../layers/convolution.ts"
import { DoublingConvolution } from "../../layers/doublingConvolution.ts"
import { type Norm, Normalisation, type Statistics } from "../../layers/normalisation.ts"
import { ReflectionPadding } from "../../layers/reflectionPadding.ts"
import { type SeededValues, seededNormal } from "../../layers/seededInitialiser.ts"
import { Upsampling, upsamplings } from "../../layers/upsampling.ts"
import type { NetworkLayer } from "../format/trajectory.ts"
import { flattened, kernel, type Layout } from "./layout.ts"

/** Which recorded tensor a variable of ours is, and how its values lie in it. */
export interface Place {
  readonly tensor: string
  readonly layout: Layout
}

/** Places by the names of our variables. */
export type Places = Readonly<Record<string, Place>>

export interface LayeredNetwork {
  readonly model: tf.LayersModel
  readonly places: Places
}

export interface LayeredNetworkShape {
  /** Of one example, channels last. */
  readonly input: readonly number[]
  /** Channels of the image that a flat input was. */
  readonly channels?: number
  /** Whose statistics batch norms use at `evaluate`; the moving ones where left out. */
  readonly statistics?: Statistics
}

/** Layers that end recorded networks and that our losses contain: they take logits. */
const inTheLoss: readonly string[] = ["Sigmoid", "LogSoftmax", "Softmax", "CrossEntropyLoss"]

/**
 * A recorded network of layers one after the other, made of this repository's layers. Initial values do not matter: they are
 * set from the record.
 *
 * @param name of the network
 * @throws Error for a layer that this repository has not
 */
export function layeredNetwork(
  layers: readonly NetworkLayer[],
  shape: LayeredNetworkShape,
  name: string,
): LayeredNetwork {
  const places: Record<string, Place> = {}
  const start = tf.input({ shape: [...shape.input], name: `${name}/input` })
  let x = start
  /** Channels of an image that was flattened and not seen by a dense layer yet. */
  let channels = shape.channels
  for (const layer of layers) {
    if (inTheLoss.includes(layer.type)) continue
    const rank = x.shape.length
    if (layer.type === "Linear" && rank === 4) {
      channels = x.shape.at(-1)!
      x = tf.layers.flatten({ name: `${layer.name}/flat` }).apply(x) as tf.SymbolicTensor
    }
    if (x.shape.length === 2 && seesImages(layer, x.shape.at(-1)!)) x = asImage(x, layer)
    const parts = partsOf(layer, x.shape.length, shape.statistics ?? "moving")
    for (const part of parts) x = part.apply(x) as tf.SymbolicTensor
    const own = placesOf(layer, layer.name)
    const weight = own[`${layer.name}/kernel`]
    if (layer.type === "Linear" && channels !== undefined && weight !== undefined) {
      places[`${layer.name}/kernel`] = { ...weight, layout: flattened(weight.layout, channels) }
    }
    for (const [variable, place] of Object.entries(own)) places[variable] ??= place
    if (layer.type === "Linear") channels = undefined
  }
  return { model: tf.model({ inputs: start, outputs: x, name }), places }
}

/** Whether vectors of a size are images to a layer. */
function seesImages({ type, num_features: features }: NetworkLayer, size: number): boolean {
  return type.startsWith("Conv") || (type === "BatchNorm2d" && features !== size)
}

/** Vectors that hold square images by channel, row and column, as images. */
function asImage(
  x: tf.SymbolicTensor,
  { name, in_channels, num_features: channels = in_channels }: NetworkLayer,
): tf.SymbolicTensor {
  const side = Math.sqrt(x.shape.at(-1)! / channels!)
  const planes = tf.layers.reshape({ name: `${name}/planes`, targetShape: [channels!, side, side] })
  const pixels = tf.layers.permute({ name: `${name}/pixels`, dims: [2, 3, 1] })
  return pixels.apply(planes.apply(x)) as tf.SymbolicTensor
}

/** Where the variables of a layer of ours called `name` lie in the tensors of a recorded one. */
export function placesOf(layer: NetworkLayer, name: string): Places {
  const own = Object.entries(layer.tensors ?? {}).flatMap(([of, tensor]) => {
    const variable = variablesOf(layer.type)[of]
    if (variable === undefined) return []
    return [[`${name}/${variable}`, { tensor, layout: kernel(shapeOf(layer, of)) }] as const]
  })
  return Object.fromEntries(own)
}

/** Names of our variables by those of a recorded layer's tensors. */
function variablesOf(type: string): Readonly<Record<string, string>> {
  if (type.startsWith("BatchNorm") || type.startsWith("InstanceNorm") || type === "GroupNorm") {
    return { weight: "gamma", bias: "beta", running_mean: "movingMean", running_var: "movingVariance" }
  }
  return { weight: "kernel", bias: "bias" }
}

function shapeOf(layer: NetworkLayer, of: string): number[] {
  const { in_channels = 0, out_channels = 0, in_features = 0, out_features = 0 } = layer
  if (layer.type === "Linear") return of === "weight" ? [out_features, in_features] : [out_features]
  if (layer.num_features !== undefined) return [layer.num_features]
  if (of === "bias") return [out_channels]
  const sides = pair(layer.kernel_size, 1)
  return layer.type === "ConvTranspose2d"
    ? [in_channels, out_channels, ...sides]
    : [out_channels, in_channels, ...sides]
}

/** The layers of ours that do what a recorded one does; none where it does nothing. */
function partsOf(layer: NetworkLayer, rank: number, statistics: Statistics): readonly tf.layers.Layer[] {
  const { name, type } = layer
  const initialiser = seededNormal({ seed: 0, player: "recorded", variable: name })
  const norm = (kind: Exclude<Norm, "none">) =>
    new Normalisation({ name, norm: kind, statistics, initialiser, ...epsilonOf(layer) })
  switch (type) {
    case "Conv2d":
      return [convolution(layer, initialiser)]
    case "ConvTranspose2d":
      return [transposed(layer, initialiser)]
    case "Linear":
      return [tf.layers.dense({ name, units: layer.out_features! })]
    case "BatchNorm2d":
    case "BatchNorm1d":
      return rank === 4 ? [norm("batch")] : onePixel(layer, norm("batch"))
    case "InstanceNorm2d":
      return [norm("instance")]
    case "GroupNorm":
      return [norm("layer")]
    case "ReflectionPad2d":
      return [new ReflectionPadding({ name, padding: even(layer, layer.padding) })]
    case "ReLU":
      return [tf.layers.reLU({ name })]
    case "LeakyReLU":
      return [tf.layers.leakyReLU({ name, alpha: layer.negative_slope ?? 0.01 })]
    case "Tanh":
      return [tf.layers.activation({ name, activation: "tanh" })]
    case "Softplus":
      return [tf.layers.activation({ name, activation: "softplus" })]
    case "MaxPool2d":
      return [
        tf.layers.maxPooling2d({
          name,
          poolSize: even(layer, layer.kernel_size),
          strides: even(layer, layer.stride),
        }),
      ]
    case "Flatten":
      return []
    case "Upsample":
      return [doubling(layer)]
    default:
      if (type.startsWith("Dropout") && layer.p === 0) return []
      throw new Error(
        `Expected a layer that this repository has, but ${name} is ${type}; compare it by other means.`,
      )
  }
}

function convolution(layer: NetworkLayer, initialiser: SeededValues): tf.layers.Layer {
  const [sides, stride, padding] = [layer.kernel_size, layer.stride, layer.padding].map((of) =>
    even(layer, of),
  )
  return new Convolution({
    name: layer.name,
    channels: layer.out_channels!,
    kernel: sides!,
    stride: stride!,
    padding: padding!,
    start: { kernel: initialiser },
  })
}

const epsilonOf = ({ eps }: NetworkLayer) => (eps === undefined ? {} : { epsilon: eps })

function doubling({ name, scale_factor, mode }: NetworkLayer): tf.layers.Layer {
  const method = upsamplings.find((known) => known === mode)
  if (scale_factor === 2 && method !== undefined) return new Upsampling({ name, method })
  throw new Error(
    `Expected upsampling by 2 that this repository has, but ${name} is ${mode} by ${scale_factor}.`,
  )
}

/** The transposed convolutions that models here are made of: 3x3 of stride 2 that doubles exactly, `same` and `valid`. */
function transposed(layer: NetworkLayer, initialiser: SeededValues): tf.layers.Layer {
  const [side, stride, padding, more] = [
    layer.kernel_size,
    layer.stride,
    layer.padding,
    layer.output_padding,
  ].map((of) => even(layer, of ?? 0)) as [number, number, number, number]
  const { name, out_channels: filters } = layer
  if (side === 3 && stride === 2 && padding === 1 && more === 1) {
    return new DoublingConvolution({ name, channels: filters!, start: { kernel: initialiser } })
  }
  const same = 2 * padding === side - stride
  if (more === 0 && (same || padding === 0)) {
    return tf.layers.conv2dTranspose({
      name,
      filters: filters!,
      kernelSize: side,
      strides: stride,
      padding: same ? "same" : "valid",
    })
  }
  throw new Error(
    `Expected a transposed convolution that this repository has, but ${name} is ${side}x${side} of stride ${stride}, padding ${padding} and output padding ${more}.`,
  )
}

/** A layer for images on vectors: each is an image of one pixel. */
function onePixel(
  { name, num_features: size }: NetworkLayer,
  layer: tf.layers.Layer,
): readonly tf.layers.Layer[] {
  return [
    tf.layers.reshape({ name: `${name}/pixel`, targetShape: [1, 1, size!] }),
    layer,
    tf.layers.reshape({ name: `${name}/vector`, targetShape: [size!] }),
  ]
}

type Size = number | readonly number[] | undefined

function pair(size: Size, otherwise: number): readonly number[] {
  if (size === undefined) return [otherwise, otherwise]
  return typeof size === "number" ? [size, size] : size
}

/** A size that is the same on all sides. */
function even({ name }: NetworkLayer, size: Size): number {
  const sides = pair(size, 1)
  if (new Set(sides).size === 1) return sides[0]!
  throw new Error(`Expected the same size on all sides of ${name}, but got ${sides.join(", ")}.`)
}
