import type { Weights } from "@saddlepoint/core/play/weights"
import { stream } from "@saddlepoint/engine/random"
import { type FeatureNetwork, type OpenNetworkOptions, openFeatureNetwork } from "./featureNetwork.ts"
import { type Convolution, type Layers, type Parameter, parametersOf } from "./layers.ts"

/** Side of the images that the seeded network sees. */
export const seededSide = 64

/** Features of an image: the mean over positions of each channel of all three convolutions, 32 + 64 + 64. */
export const seededFeatures = 160

/** Part of the name by which values are kept apart: other weights are another network. */
const seed = 0

const convolution = (name: string, inputs: number, outputs: number): Convolution => ({
  kind: "convolution",
  name,
  inputs,
  outputs,
  kernel: [3, 3],
  stride: 2,
  padding: [1, 1],
  shift: "none",
  linear: false,
  rectified: true,
})

// Shallow channels see edges and noise, deep ones what lies together: each depth gives its means.
const layers: Layers = [
  convolution("first", 3, 32),
  {
    kind: "branches",
    branches: [
      [{ kind: "mean" }],
      [
        convolution("second", 32, 64),
        {
          kind: "branches",
          branches: [[{ kind: "mean" }], [convolution("third", 64, 64), { kind: "mean" }]],
        },
      ],
    ],
  },
  { kind: "tap", name: "features", what: "mean" },
]

/**
 * A network that nobody trained and that needs no file: three 3x3 convolutions of stride 2 over 64 x 64 px, rectified, with weights from
 * streams of a fixed seed, normal with variance `2 / fan-in` (He et al. 2015); three in four filters of the first have no mean. Its tap `features` has `seededFeatures` numbers, which no
 * tap of InceptionV3 has, so that statistics of the two cannot be taken for each other.
 *
 * Distances over it order sets of the same size by colour, contrast, sharpness and texture. They know no objects, and mean nothing beside
 * values over any other network.
 */
export function openSeeded(options: OpenNetworkOptions = {}): Promise<FeatureNetwork> {
  const name = `seeded ${seed}: three convolutions that nobody trained, no Inception`
  const weights: Weights = Object.fromEntries(parametersOf(layers).map((one) => [one.name, drawn(one)]))
  return openFeatureNetwork({ name, layers, side: seededSide }, weights, options)
}

function drawn({ name, shape }: Parameter) {
  const size = shape.reduce((product, side) => product * side, 1)
  const deviation = Math.sqrt((2 * shape[0]!) / size)
  const values = stream(seed, "seededNetwork", name).fillNormal(new Float32Array(size))
  for (let at = 0; at < size; at++) values[at]! *= deviation
  if (name === "first.weight") withoutColour(values, shape)
  return { shape, values }
}

/** Takes the mean out of each channel of three filters in four, which then see edges alone: what varies most between images is colour. */
function withoutColour(values: Float32Array, [filters, channels, ...kernel]: readonly number[]): void {
  const area = kernel.reduce((product, side) => product * side, 1)
  for (let plane = 0; plane < filters! * channels!; plane++) {
    if (Math.floor(plane / channels!) % 4 === 0) continue
    const one = values.subarray(plane * area, (plane + 1) * area)
    const mean = one.reduce((sum, value) => sum + value, 0) / area
    for (let at = 0; at < area; at++) one[at]! -= mean
  }
}
