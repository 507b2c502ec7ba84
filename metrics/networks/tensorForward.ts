import type { Weights } from "@saddlepoint/core/play/weights"
import * as tf from "@saddlepoint/engine/tf"
import { foldedConvolution } from "./foldedWeights.ts"
import type { Convolution, Layer, Layers } from "./layers.ts"

/** A chain of layers as TensorFlow.js code, on whatever engine is open. */
export interface TensorForward {
  /**
   * @param images float32 `[images, height, width, 3]`, normalised
   * @param taps which tensors to give, by the names of the chain's taps
   */
  apply(images: tf.Tensor4D, taps: readonly string[]): Record<string, tf.Tensor>
  dispose(): void
}

/** Puts a chain's weights, batch norms folded, on the engine. */
export function tensorForward(layers: Layers, weights: Weights): TensorForward {
  const filters = new Map<Layer, tf.Tensor4D>()
  const biases = new Map<Layer, tf.Tensor1D>()
  const visit = (chain: Layers): void => {
    for (const layer of chain) {
      if (layer.kind === "branches") layer.branches.forEach(visit)
      if (layer.kind === "bias") biases.set(layer, tf.tensor1d(weights[`${layer.name}.bias`]!.values))
      if (layer.kind !== "convolution") continue
      const { filter, bias } = foldedConvolution(layer, weights)
      filters.set(layer, filterTensor(filter, layer))
      if (bias !== undefined) biases.set(layer, tf.tensor1d(bias))
    }
  }
  visit(layers)
  /** Ends where all taps were taken. */
  const run = (x: tf.Tensor4D, chain: Layers, taken: Record<string, tf.Tensor>, taps: readonly string[]) => {
    let value = x
    for (const layer of chain) {
      if (layer.kind !== "tap") value = step(value, layer)
      else if (taps.includes(layer.name)) taken[layer.name] = tapped(value, layer.what)
      if (taps.length > 0 && Object.keys(taken).length === taps.length) break
    }
    return value
  }
  const step = (x: tf.Tensor4D, layer: Layer): tf.Tensor4D => {
    switch (layer.kind) {
      case "convolution":
        return convolved(x, layer, filters.get(layer)!, biases.get(layer))
      case "bias":
        return tf.add(x, biases.get(layer)!)
      case "branches":
        return tf.concat(
          layer.branches.map((branch) => run(x, branch, {}, [])),
          3,
        )
      case "maxPool":
        return maxPooled(x, layer)
      case "averagePool":
        return tf.avgPool(x, 3, 1, "same")
      case "mean":
        return tf.mean(x, [1, 2], true)
      case "relu":
        return tf.relu(x)
      case "tap":
        return x
    }
  }
  return {
    apply: (images, taps) =>
      tf.tidy(() => {
        const taken: Record<string, tf.Tensor> = {}
        run(images, layers, taken, taps)
        return taken
      }),
    dispose: () => tf.dispose([...filters.values(), ...biases.values()]),
  }
}

/** From PyTorch's `[out, in, height, width]` to TensorFlow's `[height, width, in, out]`. */
function filterTensor(filter: Float32Array, { kernel, inputs, outputs }: Convolution): tf.Tensor4D {
  const [height, width] = kernel
  const values = new Float32Array(filter.length)
  const area = height * width
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      const from = (output * inputs + input) * area
      for (let i = 0; i < area; i++) values[(i * inputs + input) * outputs + output] = filter[from + i]!
    }
  }
  return tf.tensor4d(values, [height, width, inputs, outputs])
}

function convolved(
  x: tf.Tensor4D,
  { stride, padding, rectified }: Convolution,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D | undefined,
): tf.Tensor4D {
  const [rows, columns] = padding
  return tf.fused.conv2d({
    x,
    filter,
    strides: stride,
    pad: [
      [0, 0],
      [rows, rows],
      [columns, columns],
      [0, 0],
    ],
    ...(bias !== undefined && { bias }),
    activation: rectified ? "relu" : "linear",
  })
}

function maxPooled(x: tf.Tensor4D, layer: Extract<Layer, { kind: "maxPool" }>): tf.Tensor4D {
  const { size, stride, padding, ceil } = layer
  const [, height, width] = x.shape
  const past = (side: number) => (ceil ? (stride - ((side + 2 * padding - size) % stride)) % stride : 0)
  const padded = tf.pad(x, [
    [0, 0],
    [padding, padding + past(height)],
    [padding, padding + past(width)],
    [0, 0],
  ])
  return tf.maxPool(padded, size, stride, "valid")
}

function tapped(x: tf.Tensor4D, what: "image" | "mean"): tf.Tensor {
  if (what === "image") return x
  return x.shape[1] * x.shape[2] === 1 ? tf.reshape(x, [x.shape[0], x.shape[3]]) : tf.mean(x, [1, 2])
}
