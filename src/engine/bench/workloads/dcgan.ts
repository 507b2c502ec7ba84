import type * as tf from "../../tf.ts"
import { leakyRelu, relu, tanh } from "../networks/activation.ts"
import { adam } from "../networks/adam.ts"
import { convolution, transposedConvolution } from "../networks/convolution.ts"
import { type Layer, sequence } from "../networks/layer.ts"
import { binaryCrossEntropy } from "../networks/loss.ts"
import { batchNorm } from "../networks/normalisation.ts"
import { Parameters } from "../networks/parameters.ts"
import { normalCodes, uniformImages, type Workload } from "./workload.ts"

export interface DcganOptions {
  /** Side of the images in pixels, a power of two from 16 on. */
  readonly side: number
  /** Channels next to the image, in both networks. */
  readonly width: number
  readonly batch: number
  /** Numbers in a code; 100 when left out. */
  readonly codeSize?: number
}

const optimiser = { rate: 2e-4, beta1: 0.5, beta2: 0.999 }

/**
 * DCGAN (Radford et al. 2016), with the layers of PyTorch's tutorial: transposed 4x4 convolutions from 1x1 codes,
 * batch norm, no biases. A step is the discriminator on real images, the discriminator on fake ones, the generator.
 */
export function dcgan({ side, width, batch, codeSize = 100 }: DcganOptions): Workload {
  const doublings = Math.log2(side) - 3
  const [g, d] = [new Parameters("generator"), new Parameters("discriminator")]
  const generate = dcganGenerator(g, codeSize, width, doublings)
  const judge = dcganDiscriminator(d, width, doublings)
  const [generator, discriminator] = [adam(g.variables, optimiser), adam(d.variables, optimiser)]
  return {
    feeds: {
      real: uniformImages("real", batch, side, 3),
      codes: normalCodes("codes", batch, codeSize),
    },
    parameters: g.count + d.count,
    tensors: [g, d]
      .flatMap(({ variables, averages }) => [...variables, ...averages])
      .concat(generator.slots, discriminator.slots),
    body(feeds, context) {
      const [real, codes] = [feeds.real as tf.Tensor4D, feeds.codes as tf.Tensor4D]
      const pass = { context, moves: true }
      const fake = generate(codes, pass)
      const judged = discriminator.learn(
        () => binaryCrossEntropy(judge(real, pass), true).add(binaryCrossEntropy(judge(fake, pass), false)),
        context,
      )
      // The generator's pass is that of above once more: one computation, and its averages have moved.
      const again = { context, moves: false }
      const made = generator.learn(
        () => binaryCrossEntropy(judge(generate(codes, again), pass), true),
        context,
      )
      return { discriminator: judged, generator: made }
    },
  }
}

/** From codes `[B, 1, 1, codeSize]` to images in (-1, 1), of side `8 * 2^doublings`. */
export function dcganGenerator(p: Parameters, codeSize: number, width: number, doublings: number): Layer {
  let channels = width * 2 ** doublings
  const up = { kernel: 4, stride: 2, padding: 1, bias: false }
  const layers = [
    transposedConvolution(p, { inputs: codeSize, outputs: channels, kernel: 4, bias: false }),
    batchNorm(p, channels),
    relu,
  ]
  for (let i = 0; i < doublings; i++) {
    layers.push(transposedConvolution(p, { inputs: channels, outputs: channels / 2, ...up }))
    channels /= 2
    layers.push(batchNorm(p, channels), relu)
  }
  return sequence(...layers, transposedConvolution(p, { inputs: channels, outputs: 3, ...up }), tanh)
}

/** From images of side `8 * 2^doublings` to logits `[B, 1, 1, 1]`. `norm` stands behind all inner convolutions. */
export function dcganDiscriminator(
  p: Parameters,
  width: number,
  doublings: number,
  norm: (p: Parameters, channels: number) => Layer = batchNorm,
): Layer {
  const down = { kernel: 4, stride: 2, padding: 1, bias: false }
  const layers = [convolution(p, { inputs: 3, outputs: width, ...down }), leakyRelu]
  let channels = width
  for (let i = 0; i < doublings; i++) {
    layers.push(convolution(p, { inputs: channels, outputs: channels * 2, ...down }))
    channels *= 2
    layers.push(norm(p, channels), leakyRelu)
  }
  return sequence(...layers, convolution(p, { inputs: channels, outputs: 1, kernel: 4, bias: false }))
}
