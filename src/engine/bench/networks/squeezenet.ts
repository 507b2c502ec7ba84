import * as tf from "../../tf.ts"
import { relu } from "./activation.ts"
import { convolution } from "./convolution.ts"
import { type Layer, sequence } from "./layer.ts"
import type { Parameters } from "./parameters.ts"

/**
 * The convolutions of SqueezeNet 1.1 (Iandola et al. 2016) in five stages, which end before each max-pooling and at
 * the last fire module. `shrink` divides all channels.
 */
export function squeezeNetStages(p: Parameters, shrink = 1): Layer[] {
  const fire = (inputs: number, squeezed: number, expanded: number) =>
    fireModule(p, inputs / shrink, squeezed / shrink, expanded / shrink)
  return [
    sequence(scaled(p, 3, 64 / shrink, 3, { stride: 2 }), relu),
    sequence(pool, fire(64, 16, 64), fire(128, 16, 64)),
    sequence(pool, fire(128, 32, 128), fire(256, 32, 128)),
    sequence(pool, fire(256, 48, 192), fire(384, 48, 192)),
    sequence(fire(384, 64, 256), fire(512, 64, 256)),
  ]
}

/** A 1x1 convolution, then 1x1 and 3x3 ones side by side. */
function fireModule(p: Parameters, inputs: number, squeezed: number, expanded: number): Layer {
  const squeeze = sequence(scaled(p, inputs, squeezed, 1), relu)
  const narrow = sequence(scaled(p, squeezed, expanded, 1), relu)
  const wide = sequence(scaled(p, squeezed, expanded, 3, { padding: 1 }), relu)
  return (x, pass) => {
    const small = squeeze(x, pass)
    return tf.concat([narrow(small, pass), wide(small, pass)], 3)
  }
}

/** A convolution whose random filter keeps the size of what passes a ReLU (He et al. 2015). */
function scaled(
  p: Parameters,
  inputs: number,
  outputs: number,
  kernel: number,
  options: { readonly stride?: number; readonly padding?: number } = {},
): Layer {
  const deviation = Math.sqrt(2 / (inputs * kernel ** 2))
  return convolution(p, { inputs, outputs, kernel, bias: true, deviation, ...options })
}

const pool: Layer = (x) => tf.maxPool(x, 3, 2, "valid")
