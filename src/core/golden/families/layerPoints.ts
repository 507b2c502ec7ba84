import * as tf from "@saddlepoint/engine/tf"
import type { Mode } from "../../contracts/player.ts"
import type { NetworkLayer, RecordedTensor, Trajectory } from "../format/trajectory.ts"
import { layeredNetwork } from "../playing/layerTable.ts"
import { alike, images, type Layout, toTorch } from "../playing/layout.ts"
import { type Point, pointAt, tensorOf, tidied } from "../playing/point.ts"
import { startFrom } from "../playing/start.ts"

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
      const input = recorded.tensor(onNumbers(layer) ? "in.big" : "in.x")
      const gradients = Object.values(layer.tensors ?? {}).map(
        (tensor) => [tensor, `d(${tensor.slice(2)})`] as const,
      )
      const probe = { input, mode: "train" as const, gradients: Object.fromEntries(gradients) }
      return [name, withLayer(recorded, layer, input.shape, (open) => open.point(probe))]
    }),
  )
}

const onNumbers = ({ type }: NetworkLayer) => type === "LeakyReLU" || type === "Tanh"

/**
 * Batch normalisation over five training batches, its moving averages after each, and then with those on the first batch:
 * points `<name>.train0` to `<name>.train4`, `<name>` (moving averages) and `<name>.eval`.
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
    const input = (at: number) => ({ shape: batch, values: values.subarray(at * size, (at + 1) * size) })
    const layer = { name: "layer", type, num_features: batch[1]!, tensors: { weight, bias } }
    withLayer(recorded, layer, batch, (open) => {
      const moving = { runningMean: [] as number[], runningVar: [] as number[] }
      for (let at = 0; at < count; at++) {
        const { tensors } = open.point({ input: input(at), mode: "train", gradients: {} })
        points[`${name}.train${at}`] = { tensors: { y: tensors.y! } }
        moving.runningMean.push(...open.read("movingMean"))
        moving.runningVar.push(...open.read("movingVariance"))
      }
      const averages = Object.entries(moving).map(([of, all]) => [of, Float32Array.from(all)] as const)
      points[name] = { tensors: Object.fromEntries(averages) }
      points[`${name}.eval`] = open.point({
        input: input(0),
        mode: "evaluate",
        gradients: { [weight]: "dweight", [bias]: "dbias" },
      })
    })
  }
  return points
}

interface Probe {
  readonly input: RecordedTensor
  readonly mode: Mode
  /** Names of gradients by those of recorded tensors. */
  readonly gradients: Readonly<Record<string, string>>
}

interface OpenLayer {
  /** Value of the probe, output `y`, and gradients, that in the input as `dx`. */
  point(probe: Probe): Point
  /** A variable's present values. */
  read(variable: string): Float32Array
}

function withLayer<T>(
  recorded: Trajectory,
  layer: NetworkLayer,
  input: readonly number[],
  use: (open: OpenLayer) => T,
): T {
  const { model, places } = layeredNetwork([layer], { input: layoutOf(input).shape.slice(1) }, "point")
  const variables = Object.fromEntries(
    model.weights.map((weight) => [weight.originalName, weight.read() as tf.Variable] as const),
  )
  try {
    startFrom(recorded, variables, places)
    return use({
      point: ({ input: { shape, values }, mode, gradients }) =>
        tidied(() => {
          const layout = layoutOf(shape)
          const x = tf.variable(tensorOf(values, layout))
          const applied = () => model.apply(x, { training: mode === "train" }) as tf.Tensor
          const trained = Object.entries(places).flatMap(([name, place]) => {
            const as = gradients[place.tensor]
            return as === undefined
              ? []
              : [[as, { variable: variables[name]!, layout: place.layout }] as const]
          })
          let y: Float32Array = new Float32Array()
          const value = () => {
            const output = applied()
            const out = layoutOf(torchShape(output.shape))
            y = toTorch(output.dataSync(), out)
            return tf.sum(tf.mul(output, probeWeights(out)))
          }
          const found = pointAt(value, { dx: { variable: x, layout }, ...Object.fromEntries(trained) })
          x.dispose()
          return { value: found.value, tensors: { y, ...found.tensors } }
        }),
      read: (variable) => Float32Array.from(variables[`layer/${variable}`]!.dataSync()),
    })
  } finally {
    model.dispose()
  }
}

/** Images go from NCHW to NHWC; a list of numbers is a batch of vectors of one. */
function layoutOf(torch: readonly number[]): Layout {
  if (torch.length === 4) return images(torch)
  return { shape: torch.length === 1 ? [...torch, 1] : torch, order: alike(torch).order }
}

/** The shape in PyTorch of an output of ours. */
function torchShape(shape: readonly number[]): readonly number[] {
  return shape.length === 4 ? [shape[0]!, shape[3]!, shape[1]!, shape[2]!] : shape
}

/** The weights `sin(0.7 k)` of the flat index k in PyTorch's order. */
function probeWeights(layout: Layout): tf.Tensor {
  return tensorOf(
    Float32Array.from(layout.order, (_, k) => Math.sin(0.7 * k)),
    layout,
  )
}
