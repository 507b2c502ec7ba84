import * as tf from "../../tf.ts"
import { relu, tanh } from "./activation.ts"
import { convolution, transposedConvolution } from "./convolution.ts"
import { type Layer, sequence } from "./layer.ts"
import { instanceNorm } from "./normalisation.ts"
import type { Parameters } from "./parameters.ts"

/**
 * The residual generator of CycleGAN (Zhu et al. 2017; layers of Johnson et al. 2016): 7x7 convolution, two halvings,
 * `blocks` residual blocks of 3x3 convolutions, two doublings, 7x7 convolution, tanh; reflection padding but where
 * the stride is 2, instance norm with scale and offset.
 */
export function resnetGenerator(p: Parameters, width: number, blocks: number): Layer {
  const geometry = { kernel: 3, stride: 2, padding: 1, bias: true }
  const layers: Layer[] = [
    reflected(3),
    convolution(p, { inputs: 3, outputs: width, kernel: 7, bias: true }),
    instanceNorm(p, width),
    relu,
  ]
  for (const channels of [width, 2 * width]) {
    layers.push(convolution(p, { inputs: channels, outputs: 2 * channels, ...geometry }))
    layers.push(instanceNorm(p, 2 * channels), relu)
  }
  for (let i = 0; i < blocks; i++) layers.push(block(p, 4 * width))
  for (const channels of [4 * width, 2 * width]) {
    const outputs = channels / 2
    layers.push(transposedConvolution(p, { inputs: channels, outputs, ...geometry, more: 1 }))
    layers.push(instanceNorm(p, outputs), relu)
  }
  const last = convolution(p, { inputs: width, outputs: 3, kernel: 7, bias: true })
  return sequence(...layers, reflected(3), last, tanh)
}

function block(p: Parameters, channels: number): Layer {
  const convolve = () => convolution(p, { inputs: channels, outputs: channels, kernel: 3, bias: true })
  const inner = sequence(
    reflected(1),
    convolve(),
    instanceNorm(p, channels),
    relu,
    reflected(1),
    convolve(),
    instanceNorm(p, channels),
  )
  return (x, pass) => tf.add(x, inner(x, pass))
}

function reflected(border: number): Layer {
  const around: [number, number] = [border, border]
  return (x) => tf.mirrorPad(x, [[0, 0], around, around, [0, 0]], "reflect")
}
