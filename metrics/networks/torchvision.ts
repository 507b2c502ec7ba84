import type { Weights } from "@saddlepoint/core/play/weights"
import {
  type FeatureNetwork,
  type NetworkDefinition,
  type OpenNetworkOptions,
  openFeatureNetwork,
} from "./featureNetwork.ts"
import type { Convolution, Layer, Layers } from "./layers.ts"

/**
 * Networks of torchvision under the names of its state dicts. Their taps `relu1`, ... are those of LPIPS, images at any
 * size; `fc2` and `fc2_relu` of VGG16 need images of 224x224 and are what precision and recall are computed on.
 */

const tap = (name: string, what: "image" | "mean" = "image"): Layer => ({ kind: "tap", name, what })

function convolution(
  name: string,
  inputs: number,
  outputs: number,
  side: number,
  { stride = 1, padding = 0 } = {},
): Convolution {
  return {
    kind: "convolution",
    name,
    inputs,
    outputs,
    kernel: [side, side],
    stride,
    padding: [padding, padding],
    shift: "bias",
    linear: false,
    rectified: true,
  }
}

const maxPool = (size: number, ceil = false): Layer => ({
  kind: "maxPool",
  size,
  stride: 2,
  padding: 0,
  ceil,
})

/** A linear layer, as a convolution that covers an image of `side` pixels. */
function linear(name: string, inputs: number, outputs: number, side: number): Convolution {
  return { ...convolution(name, inputs, outputs, side), linear: true, rectified: false }
}

/**
 * AlexNet (Krizhevsky 2014, "one weird trick"), features only.
 * Taps `relu1` to `relu5`.
 */
const alexNetLayers: Layers = [
  convolution("features.0", 3, 64, 11, { stride: 4, padding: 2 }),
  tap("relu1"),
  maxPool(3),
  convolution("features.3", 64, 192, 5, { padding: 2 }),
  tap("relu2"),
  maxPool(3),
  convolution("features.6", 192, 384, 3, { padding: 1 }),
  tap("relu3"),
  convolution("features.8", 384, 256, 3, { padding: 1 }),
  tap("relu4"),
  convolution("features.10", 256, 256, 3, { padding: 1 }),
  tap("relu5"),
]

/** Convolutions of every stage: configuration D (VGG16) or E (VGG19) of Simonyan and Zisserman 2015. */
function vggLayers(counts: readonly number[]): Layers {
  const layers: Layer[] = []
  let index = 0
  let inputs = 3
  counts.forEach((count, stage) => {
    const outputs = Math.min(64 * 2 ** stage, 512)
    for (let i = 1; i <= count; i++) {
      layers.push(convolution(`features.${index}`, inputs, outputs, 3, { padding: 1 }))
      layers.push(tap(`relu${stage + 1}_${i}`))
      index += 2
      inputs = outputs
    }
    layers.push(maxPool(2))
    index += 1
  })
  return [
    ...layers,
    linear("classifier.0", 512, 4096, 7),
    { kind: "relu" },
    linear("classifier.3", 4096, 4096, 1),
    tap("fc2", "mean"),
    { kind: "relu" },
    tap("fc2_relu", "mean"),
  ]
}

/** SqueezeNet 1.1 (Iandola et al. 2016), features only; its pools round up. Taps `relu1` to `relu7`. */
const squeezeNetLayers: Layers = [
  convolution("features.0", 3, 64, 3, { stride: 2 }),
  tap("relu1"),
  maxPool(3, true),
  ...fire("features.3", 64, 16, 64),
  ...fire("features.4", 128, 16, 64),
  tap("relu2"),
  maxPool(3, true),
  ...fire("features.6", 128, 32, 128),
  ...fire("features.7", 256, 32, 128),
  tap("relu3"),
  maxPool(3, true),
  ...fire("features.9", 256, 48, 192),
  tap("relu4"),
  ...fire("features.10", 384, 48, 192),
  tap("relu5"),
  ...fire("features.11", 384, 64, 256),
  tap("relu6"),
  ...fire("features.12", 512, 64, 256),
  tap("relu7"),
]

function fire(name: string, inputs: number, squeezed: number, expanded: number): Layers {
  return [
    convolution(`${name}.squeeze`, inputs, squeezed, 1),
    {
      kind: "branches",
      branches: [
        [convolution(`${name}.expand1x1`, squeezed, expanded, 1)],
        [convolution(`${name}.expand3x3`, squeezed, expanded, 3, { padding: 1 })],
      ],
    },
  ]
}

export const alexNet: NetworkDefinition = { name: "AlexNet", layers: alexNetLayers, side: undefined }
export const vgg16: NetworkDefinition = { name: "VGG16", layers: vggLayers([2, 2, 3, 3, 3]), side: undefined }
export const vgg19: NetworkDefinition = { name: "VGG19", layers: vggLayers([2, 2, 4, 4, 4]), side: undefined }
export const squeezeNet: NetworkDefinition = {
  name: "SqueezeNet 1.1",
  layers: squeezeNetLayers,
  side: undefined,
}

const vggFeatures = ["fc2", "fc2_relu"]

/**
 * VGG16 up to `fc2`, for precision and recall; chain `torch-fidelity_vgg16`.
 * @param weights the state dict of torchvision's `vgg16`
 */
export async function openVgg16(weights: Weights, options: OpenNetworkOptions = {}): Promise<FeatureNetwork> {
  return openFeatureNetwork({ ...vgg16, side: 224 }, weights, { taps: vggFeatures, ...options })
}
