import { leakyRelu } from "./activation.ts"
import { convolution } from "./convolution.ts"
import { type Layer, sequence } from "./layer.ts"
import type { Parameters } from "./parameters.ts"

/**
 * The PatchGAN discriminator (Isola et al. 2017) without norm: `halvings` 4x4 convolutions of stride 2 and two of
 * stride 1, zero padding 1, leaky ReLU 0.2 in between; one score per patch of `9 * 2^halvings - 2` pixels.
 */
export function patchGan(p: Parameters, inputs: number, width: number, halvings: number): Layer {
  const geometry = { kernel: 4, padding: 1, bias: true }
  const layers: Layer[] = []
  let channels = inputs
  for (let i = 0; i <= halvings; i++) {
    const outputs = width * Math.min(2 ** i, 8)
    layers.push(
      convolution(p, { inputs: channels, outputs, stride: i < halvings ? 2 : 1, ...geometry }),
      leakyRelu,
    )
    channels = outputs
  }
  return sequence(...layers, convolution(p, { inputs: channels, outputs: 1, ...geometry }))
}
