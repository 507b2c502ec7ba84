import * as tf from "../../tf.ts"
import type { Layer } from "./layer.ts"
import type { Parameters } from "./parameters.ts"

export interface ConvolutionOptions {
  readonly inputs: number
  readonly outputs: number
  /** Side of the filter, or height and width. */
  readonly kernel: number | readonly [number, number]
  /** 1 when left out. */
  readonly stride?: number
  /** Zeros on every side, as in PyTorch, or above and below, then left and right; 0 when left out. */
  readonly padding?: number | readonly [number, number]
  readonly bias: boolean
  /** Standard deviation of the initial filter, DCGAN's 0.02 when left out. */
  readonly deviation?: number
}

export function convolution(parameters: Parameters, options: ConvolutionOptions): Layer {
  const { inputs, outputs, kernel, stride = 1, padding = 0, bias, deviation = 0.02 } = options
  const [height, width] = typeof kernel === "number" ? [kernel, kernel] : kernel
  const [rows, columns] = typeof padding === "number" ? [padding, padding] : padding
  const filter = parameters.normal([height, width, inputs, outputs], deviation) as unknown as tf.Tensor4D
  const offset = bias ? parameters.constant(outputs, 0) : undefined
  const border: tf.backend_util.ExplicitPadding = [
    [0, 0],
    [rows, rows],
    [columns, columns],
    [0, 0],
  ]
  return (x) => {
    const y = tf.conv2d(x, filter, stride, border)
    return offset === undefined ? y : tf.add(y, offset)
  }
}

/**
 * `torch.nn.ConvTranspose2d`: from side `n` to `(n - 1) * stride - 2 * padding + kernel + more`.
 * `more` is PyTorch's output padding, 0 when left out.
 */
export function transposedConvolution(
  parameters: Parameters,
  options: ConvolutionOptions & {
    readonly kernel: number
    readonly padding?: number
    readonly more?: number
  },
): Layer {
  const { inputs, outputs, kernel, stride = 1, padding = 0, more = 0, bias, deviation = 0.02 } = options
  const filter = parameters.normal([kernel, kernel, outputs, inputs], deviation) as unknown as tf.Tensor4D
  const offset = bias ? parameters.constant(outputs, 0) : undefined
  const sideOf = (side: number) => (side - 1) * stride - 2 * padding + kernel + more
  return (x) => {
    const [batch, height, width] = x.shape
    const shape: [number, number, number, number] = [batch, sideOf(height), sideOf(width), outputs]
    const y = tf.conv2dTranspose(x, filter, shape, stride, padding)
    return offset === undefined ? y : tf.add(y, offset)
  }
}
