import * as tf from "@saddlepoint/engine/tf"
import type { NetworkLayer, Trajectory } from "../format/trajectory.ts"
import { layeredNetwork } from "../playing/layerTable.ts"
import { alike, fromTorch, images, type Layout, toTorch } from "../playing/layout.ts"
import { startFrom } from "../playing/start.ts"

/** What is compared of one point: its value and the tensors by the rest of their names, in PyTorch's order. */
export interface Point {
  readonly value?: number
  readonly expect: Readonly<Record<string, Float32Array>>
}

const convolution = (kernel: number, stride: number, padding: number, weight: string): NetworkLayer => ({
  name: "layer",
  type: "Conv2d",
  in_channels: 3,
  out_channels: 4,
  kernel_size: kernel,
  stride,
  padding,
  tensors: { weight, bias: "w.b4" },
})

const transposed = (kernel: number, stride: number, padding: number, more = 0): NetworkLayer => ({
  name: "layer",
  type: "ConvTranspose2d",
  in_channels: 3,
  out_channels: 2,
  kernel_size: kernel,
  stride,
  padding,
  output_padding: more,
  tensors: { weight: `w.ct${kernel}`, bias: "w.b2" },
})

const norm = (type: string, affine: boolean): NetworkLayer => ({
  name: "layer",
  type,
  num_features: 3,
  ...(affine ? { tensors: { weight: "w.affine", bias: "w.bias" } } : {}),
})

/** The recorded layers that this repository has, by their names. */
const layers: Readonly<Record<string, NetworkLayer>> = {
  instanceNorm: norm("InstanceNorm2d", false),
  instanceNormAffine: norm("InstanceNorm2d", true),
  batchNormTrain: norm("BatchNorm2d", true),
  layerNormCHW: norm("GroupNorm", false),
  groupNormAll: norm("GroupNorm", true),
  "conv3.s1.p1": convolution(3, 1, 1, "w.c3"),
  "conv3.s2.p1": convolution(3, 2, 1, "w.c3"),
  "conv3.s1.p0": convolution(3, 1, 0, "w.c3"),
  "conv3.s2.p0": convolution(3, 2, 0, "w.c3"),
  "conv4.s2.p1": convolution(4, 2, 1, "w.c4"),
  "conv4.s1.p1": convolution(4, 1, 1, "w.c4"),
  "convT3.s2.p1.op1": transposed(3, 2, 1, 1),
  "convT3.s1.p1.op0": transposed(3, 1, 1),
  "convT4.s2.p1": transposed(4, 2, 1),
  "convT4.s1.p0": transposed(4, 1, 0),
  "convT4.s4.p0": transposed(4, 4, 0),
  reflectPad3: { name: "layer", type: "ReflectionPad2d", padding: 3 },
  maxPool2: { name: "layer", type: "MaxPool2d", kernel_size: 2, stride: 2 },
  leakyRelu02: { name: "layer", type: "LeakyReLU", negative_slope: 0.2 },
  tanh: { name: "layer", type: "Tanh" },
}

/** Values and gradients of the layers at a point, in training. */
export function layerPoints(recorded: Trajectory): Record<string, Point> {
  return Object.fromEntries(
    Object.entries(layers).map(([name, layer]) => {
      const input = recorded.tensor(
        recorded.tensors.includes(`expect.${name}.dx`) && onVectors(layer) ? "in.big" : "in.x",
      )
      return [
        name,
        withLayer(recorded, layer, input.shape, (open) => open.point(input, "train", gradientNames(layer))),
      ]
    }),
  )
}

const onVectors = ({ type }: NetworkLayer) => type === "LeakyReLU" || type === "Tanh"

/** `d(affine)` for `w.affine`. */
const gradientNames = ({ tensors = {} }: NetworkLayer) =>
  Object.fromEntries(Object.values(tensors).map((tensor) => [tensor, `d(${tensor.slice(2)})`]))

/**
 * Batch normalisation over five training batches, its moving averages after each, and then with those on the first batch.
 * @returns points `<name>.train0` to `<name>.train4`, `<name>` (moving averages) and `<name>.eval`
 */
export function batchNormPoints(recorded: Trajectory): Record<string, Point> {
  const points: Record<string, Point> = {}
  for (const [name, type, batches, weight, bias] of [
    ["bn2d", "BatchNorm2d", "in.batches", "w.affine", "w.bias"],
    ["bn1d", "BatchNorm1d", "in.vec", "w.a1", "w.b1"],
  ] as const) {
    const { shape, values } = recorded.tensor(batches)
    const [count, ...batch] = shape as [number, ...number[]]
    const size = values.length / count
    const input = (at: number) => ({
      shape: batch,
      values: values.subarray(at * size, (at + 1) * size) as Float32Array,
    })
    const layer = { name: "layer", type, num_features: batch[1]!, tensors: { weight, bias } }
    withLayer(recorded, layer, batch, (open) => {
      const moving: Record<string, number[]> = { runningMean: [], runningVar: [] }
      for (let at = 0; at < count; at++) {
        const { expect } = open.point(input(at), "train", {})
        points[`${name}.train${at}`] = { expect: { y: expect.y! } }
        moving.runningMean!.push(...open.read("movingMean"))
        moving.runningVar!.push(...open.read("movingVariance"))
      }
      points[name] = {
        expect: Object.fromEntries(Object.entries(moving).map(([of, all]) => [of, Float32Array.from(all)])),
      }
      points[`${name}.eval`] = open.point(input(0), "evaluate", { [weight]: "dweight", [bias]: "dbias" })
    })
  }
  return points
}

interface OpenLayer {
  /** Value of the probe, output and gradients; the names of gradients are given by the recorded tensors'. */
  point(
    input: { readonly shape: readonly number[]; readonly values: ArrayLike<number> },
    mode: "train" | "evaluate",
    gradients: Readonly<Record<string, string>>,
  ): Point
  /** A variable's present values. */
  read(variable: string): Float32Array
}

function withLayer<T>(
  recorded: Trajectory,
  layer: NetworkLayer,
  torch: readonly number[],
  use: (open: OpenLayer) => T,
): T {
  const { model, places } = layeredNetwork([layer], layoutOf(torch).shape.slice(1), "point")
  const variables = Object.fromEntries(
    model.weights.map((weight) => [weight.originalName, weight.read() as tf.Variable] as const),
  )
  try {
    startFrom(recorded, variables, places)
    return use({
      point: (input, mode, gradients) =>
        tf.tidy(() => {
          const x = tf.variable(ours(input))
          const trained = Object.entries(places).filter(([, { tensor }]) => tensor in gradients)
          let y: tf.Tensor | undefined
          const { value, grads } = tf.variableGrads(() => {
            y = tf.keep(model.apply(x, { training: mode === "train" }) as tf.Tensor)
            return tf.sum(tf.mul(y, probe(y.shape)))
          }, [x, ...trained.map(([name]) => variables[name]!)])
          const output = toTorch(y!.dataSync(), layoutOf(torchShape(y!.shape)))
          y!.dispose()
          const slopes = trained.map(([name, { tensor, layout }]) => {
            return [gradients[tensor]!, toTorch(grads[variables[name]!.name]!.dataSync(), layout)] as const
          })
          const dx = toTorch(grads[x.name]!.dataSync(), layoutOf(input.shape))
          x.dispose()
          return { value: value.dataSync()[0]!, expect: { y: output, dx, ...Object.fromEntries(slopes) } }
        }),
      read: (variable) => Float32Array.from(variables[`layer/${variable}`]!.dataSync()),
    })
  } finally {
    model.dispose()
  }
}

function ours({
  shape,
  values,
}: {
  readonly shape: readonly number[]
  readonly values: ArrayLike<number>
}): tf.Tensor {
  const layout = layoutOf(shape)
  return tf.tensor(fromTorch(Float32Array.from(values), layout), [...layout.shape], "float32")
}

/** Images go from NCHW to NHWC; a list of numbers is a batch of vectors of one. */
function layoutOf(torch: readonly number[]): Layout {
  if (torch.length === 4) return images(torch)
  const { order } = alike(torch)
  return { shape: torch.length === 1 ? [...torch, 1] : torch, order }
}

/** The shape in PyTorch of an output of ours. */
function torchShape(shape: readonly number[]): readonly number[] {
  return shape.length === 4 ? [shape[0]!, shape[3]!, shape[1]!, shape[2]!] : shape
}

/** The weights `sin(0.7 k)` of the flat index k in PyTorch's order. */
function probe(shape: number[]): tf.Tensor {
  const layout = layoutOf(torchShape(shape))
  const weights = Float32Array.from(layout.order, (_, k) => Math.sin(0.7 * k))
  return tf.tensor(fromTorch(weights, layout), shape)
}
