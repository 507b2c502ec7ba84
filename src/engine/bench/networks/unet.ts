import * as tf from "../../tf.ts"
import { convolution, transposedConvolution } from "./convolution.ts"
import type { Layer } from "./layer.ts"
import { instanceNorm } from "./normalisation.ts"
import type { Parameters } from "./parameters.ts"

const rate = 0.5

/**
 * The U-Net generator of pix2pix (Isola et al. 2017) for images of side `2^levels`, down to 1x1: 4x4 stride-2
 * convolutions, instance norm with scale and offset on all but the outermost and the innermost, skip connections,
 * dropout of 0.5 in the three innermost decoder levels. Level i has `width * min(2^i, 8)` channels.
 */
export function unet(p: Parameters, width: number, levels: number): Layer {
  const channels = Array.from({ length: levels }, (_, level) => width * Math.min(2 ** level, 8))
  const geometry = { kernel: 4, stride: 2, padding: 1, bias: true }
  const down = channels.map((outputs, level) => {
    const inputs = level === 0 ? 3 : channels[level - 1]!
    return {
      convolve: convolution(p, { inputs, outputs, ...geometry }),
      norm: level > 0 && level < levels - 1 ? instanceNorm(p, outputs) : undefined,
    }
  })
  const up = channels.map((mirrored, level) => {
    const outputs = level === 0 ? 3 : channels[level - 1]!
    const inputs = level === levels - 1 ? mirrored : 2 * mirrored
    return {
      convolve: transposedConvolution(p, { inputs, outputs, ...geometry }),
      norm: level > 0 ? instanceNorm(p, outputs) : undefined,
    }
  })
  return (image, pass) => {
    const skips: tf.Tensor4D[] = []
    let x = image
    down.forEach(({ convolve, norm }, level) => {
      x = convolve(level === 0 ? x : tf.leakyRelu(x, 0.2), pass)
      if (norm !== undefined) x = norm(x, pass)
      skips.push(x)
    })
    for (let level = levels - 1; level > 0; level--) {
      const { convolve, norm } = up[level]!
      x = norm!(convolve(tf.relu(x), pass), pass)
      if (level >= levels - 3) x = dropped(x, `dropout ${level}`)
      x = tf.concat([x, skips[level - 1]!], 3)
    }
    return tf.tanh(up[0]!.convolve(tf.relu(x), pass))

    function dropped(x: tf.Tensor4D, name: string): tf.Tensor4D {
      const mask = pass.context.random(name, x.shape, { kind: "bernoulli", rate: 1 - rate })
      return tf.mul(tf.mul(x, mask), 1 / (1 - rate))
    }
  }
}
