import * as tf from "../../tf.ts"
import { convolution } from "./convolution.ts"
import { type Layer, sequence } from "./layer.ts"
import type { Parameters } from "./parameters.ts"

const epsilon = 1e-3

type Size = number | readonly [number, number]

interface UnitOptions {
  readonly stride?: number
  readonly padding?: Size
}

/**
 * InceptionV3 (Szegedy et al. 2015, layers of torchvision) up to the global average: from images
 * `[B, side, side, 3]`, side at least 75, to `[B, 1, 1, 2048]`, with all branches. Batch norm uses its running
 * averages; averages inside leave the border's zeros out, as the network behind the Frechet distance does.
 * `shrink` divides all channels, rounding up.
 */
export function inceptionV3(p: Parameters, shrink = 1): Layer {
  const { add, unit, read } = channelCounter(p, shrink)
  add(unit(32, 3, { stride: 2 }), unit(32, 3), unit(64, 3, { padding: 1 }), maxPool)
  add(unit(80, 1), unit(192, 3), maxPool)

  for (const pooled of [32, 64, 64]) {
    add(
      branches(
        [unit(64, 1)],
        [unit(48, 1), unit(64, 5, { padding: 2 })],
        [unit(64, 1), unit(96, 3, { padding: 1 }), unit(96, 3, { padding: 1 })],
        [averagePool, unit(pooled, 1)],
      ),
    )
  }
  add(
    branches(
      [unit(384, 3, { stride: 2 })],
      [unit(64, 1), unit(96, 3, { padding: 1 }), unit(96, 3, { stride: 2 })],
      [maxPool],
    ),
  )
  const row = (channels: number) => unit(channels, [1, 7], { padding: [0, 3] })
  const column = (channels: number) => unit(channels, [7, 1], { padding: [3, 0] })
  for (const inner of [128, 160, 160, 192]) {
    add(
      branches(
        [unit(192, 1)],
        [unit(inner, 1), row(inner), column(192)],
        [unit(inner, 1), column(inner), row(inner), column(inner), row(192)],
        [averagePool, unit(192, 1)],
      ),
    )
  }
  add(
    branches(
      [unit(192, 1), unit(320, 3, { stride: 2 })],
      [unit(192, 1), row(192), column(192), unit(192, 3, { stride: 2 })],
      [maxPool],
    ),
  )
  const split = () =>
    branches([unit(384, [1, 3], { padding: [0, 1] })], [unit(384, [3, 1], { padding: [1, 0] })])
  for (let i = 0; i < 2; i++) {
    add(
      branches(
        [unit(320, 1)],
        [unit(384, 1), split()],
        [unit(448, 1), unit(384, 3, { padding: 1 }), split()],
        [averagePool, unit(192, 1)],
      ),
    )
  }
  const network = read()
  return (x, pass) => tf.mean(network(x, pass), [1, 2], true)
}

/** A layer that is made once the channels of its input are known. */
interface Part {
  /** @returns the layer and the channels of its output */
  make(inputs: number): { readonly layer: Layer; readonly outputs: number }
}

/** Makes parts one after the other, handing each the channels that the one before it gives. */
function channelCounter(p: Parameters, shrink: number) {
  const layers: Layer[] = []
  let channels = 3
  return {
    add(...parts: readonly Part[]) {
      for (const part of parts) {
        const { layer, outputs } = part.make(channels)
        layers.push(layer)
        channels = outputs
      }
    },
    /** Convolution, batch norm, ReLU. */
    unit(wide: number, kernel: Size, options: UnitOptions = {}): Part {
      const outputs = Math.ceil(wide / shrink)
      return {
        make: (inputs) => ({ layer: normalisedConvolution(p, inputs, outputs, kernel, options), outputs }),
      }
    },
    read: () => sequence(...layers),
  }
}

function normalisedConvolution(
  p: Parameters,
  inputs: number,
  outputs: number,
  kernel: Size,
  options: UnitOptions,
): Layer {
  const taps = typeof kernel === "number" ? kernel ** 2 : kernel[0] * kernel[1]
  const deviation = Math.sqrt(2 / (inputs * taps))
  const convolve = convolution(p, { inputs, outputs, kernel, bias: false, deviation, ...options })
  const [scale, offset] = [p.constant(outputs, 1), p.constant(outputs, 0)] as unknown as tf.Tensor1D[]
  const [mean, variance] = [p.average(outputs, 0), p.average(outputs, 1)] as unknown as tf.Tensor1D[]
  return (x, pass) =>
    tf.relu(tf.batchNorm(convolve(x, pass), mean!, variance!, offset!, scale!, epsilon) as tf.Tensor4D)
}

/** Chains of parts side by side; their channels are concatenated. */
function branches(...chains: readonly (readonly Part[])[]): Part {
  return {
    make(inputs) {
      let outputs = 0
      const made = chains.map((chain) => {
        let channels = inputs
        const layers = chain.map((part) => {
          const { layer, outputs } = part.make(channels)
          channels = outputs
          return layer
        })
        outputs += channels
        return sequence(...layers)
      })
      return {
        layer: (x, pass) =>
          tf.concat(
            made.map((branch) => branch(x, pass)),
            3,
          ),
        outputs,
      }
    },
  }
}

const maxPool: Part = {
  make: (inputs) => ({ layer: (x) => tf.maxPool(x, 3, 2, "valid"), outputs: inputs }),
}
const averagePool: Part = {
  make: (inputs) => ({ layer: (x) => tf.avgPool(x, 3, 1, "same"), outputs: inputs }),
}
