import type { Exclusion } from "../report.ts"
import { exclude } from "./exclude.ts"

/**
 * What TensorFlow.js's WebGPU backend fails on Dawn with Chromium's software Vulkan driver. Most are on upstream's own
 * list for this backend, in `tfjs-backend-webgpu/src/setup_test.ts`.
 */
export const webgpuExclusions: readonly Exclusion[] = [
  ...exclude("WGSL lets a shader take NaN for any number, and the software driver does.", {
    log: ["log propagates NaNs"],
    acosh: ["propagates NaNs"],
    asinh: ["propagates NaNs"],
    atanh: ["propagates NaNs"],
    sigmoid: ["propagates NaNs"],
    softmax: ["Propagates NaNs"],
  }),
  ...exclude(
    "TensorFlow.js has no such kernel for WebGPU, and no model here needs one: strings, ragged and sparse tensors, unique, padded suppression, bits.",
    {
      bitwiseAnd: ["a bitwiseAnd b"],
      nonMaxSuppression: [
        "NonMaxSuppressionPadded select from three clusters with pad five.",
        "NonMaxSuppressionPadded select from three clusters with pad five and score threshold.",
        "NonMaxSuppressionPadded select from three clusters with no padding when pad option is false.",
      ],
      "raggedGather ": ["*"],
      "raggedRange ": ["*"],
      "raggedTensorToTensor ": ["*"],
      sparseFillEmptyRows: ["*"],
      sparseReshape: ["*"],
      staticRegexReplace: ["*"],
      stringSplit: ["*"],
      stringToHashBucketFast: [
        "one bucket maps values to zero",
        "multiple buckets",
        "empty input",
        "preserve size",
      ],
      unique: ["*"],
    },
  ),
  ...exclude("WGSL's functions are less exact than this test asks for at large arguments.", {
    cos: ["gradients: Scalar", "gradient with clones"],
    tan: ["numbers exceed float32 precision", "gradients: Tensor2D"],
    exp: ["int32"],
  }),
  ...exclude("It wants the canvas of a browser.", {
    "fromPixels, mock canvas": [
      "accepts a canvas-like element",
      "accepts a canvas-like element, numChannels=4",
    ],
  }),
  ...exclude("The indices are checked on the GPU, and no error comes back from there.", {
    gather: ["throws when index is out of bound"],
    sparseSegmentMean: [
      "throw error if indices < 0",
      "throw error if indices >= max rows",
      "throw error if segment ids are not increasing",
      "throw error if segment id is out of range",
      "throw error if segment id is out of range and negative",
      "throw error if segment id is negative",
      "throw error if segment id is negative and there is a hole",
    ],
    sparseSegmentSum: [
      "indices invalid 1",
      "indices invalid 2",
      "segments invalid 2",
      "segments invalid 3",
      "segments invalid 4",
      "segments invalid 6",
      "segments invalid 7",
    ],
  }),
  ...exclude(
    "The shader of bincount does not compile on Dawn (i32 < vec3), and after a refused command every result is void.",
    {
      threshold: ["method otsu", "method otsu, inverted = true"],
    },
    { skipped: true },
  ),
  ...exclude(
    "The backend loses a tensor that is disposed while it is read; the error comes late, in whichever test runs then.",
    {
      "tensor.data": [
        ".data() postpones disposal of tensor",
        "calling .data() twice works (2 subscribers to a single read)",
      ],
    },
    { skipped: true },
  ),
  ...exclude("Kernels are timed with timestamp queries, which the engine does not ask the device for.", {
    "time cpu": ["simple upload"],
  }),
]
