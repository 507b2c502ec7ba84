import type { Weights } from "@saddlepoint/core/play/weights"
import { expect, test } from "vitest"
import { inceptionLayers } from "./inceptionV3.ts"
import { parametersOf } from "./layers.ts"
import { inTorchNames } from "./tensorflowNames.ts"

/** Every scope of the graph that has a convolution, spelled out from its listing. */
const scopes = [
  ..."conv conv_1 conv_2 conv_3 conv_4".split(" "),
  ...["mixed", "mixed_1", "mixed_2"].flatMap((block) =>
    "conv tower/conv tower/conv_1 tower_1/conv tower_1/conv_1 tower_1/conv_2 tower_2/conv"
      .split(" ")
      .map((layer) => `${block}/${layer}`),
  ),
  ..."conv tower/conv tower/conv_1 tower/conv_2".split(" ").map((layer) => `mixed_3/${layer}`),
  ...[4, 5, 6, 7].flatMap((index) =>
    [
      "conv tower/conv tower/conv_1 tower/conv_2",
      "tower_1/conv tower_1/conv_1 tower_1/conv_2 tower_1/conv_3 tower_1/conv_4 tower_2/conv",
    ]
      .join(" ")
      .split(" ")
      .map((layer) => `mixed_${index}/${layer}`),
  ),
  ..."tower/conv tower/conv_1 tower_1/conv tower_1/conv_1 tower_1/conv_2 tower_1/conv_3"
    .split(" ")
    .map((layer) => `mixed_8/${layer}`),
  ...[9, 10].flatMap((index) =>
    [
      "conv tower/conv tower/mixed/conv tower/mixed/conv_1",
      "tower_1/conv tower_1/conv_1 tower_1/mixed/conv tower_1/mixed/conv_1 tower_2/conv",
    ]
      .join(" ")
      .split(" ")
      .map((layer) => `mixed_${index}/${layer}`),
  ),
]

function graph(): Weights {
  const vector = { shape: [1], values: new Float32Array(1) }
  const filter = { shape: [1, 1, 1, 1], values: new Float32Array(1) }
  const norms = ["gamma", "beta", "moving_mean", "moving_variance"]
  const named = scopes.flatMap((scope) => [
    [`${scope}/conv2d_params`, filter] as const,
    ...norms.map((part) => [`${scope}/batchnorm/${part}`, vector] as const),
  ])
  return {
    ...Object.fromEntries(named),
    // [height, width, in, out] = [1, 3, 2, 1]
    "mixed_9/tower/mixed/conv/conv2d_params": {
      shape: [1, 3, 2, 1],
      values: Float32Array.of(1, 2, 3, 4, 5, 6),
    },
    "softmax/weights": { shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) },
    "softmax/biases": vector,
  }
}

test("every tensor of the graph has its name in PyTorch, and none is left over", () => {
  const renamed = Object.keys(inTorchNames(graph())).sort()
  expect(renamed).toEqual(
    parametersOf(inceptionLayers)
      .map(({ name }) => name)
      .sort(),
  )
})

test("filters and matrices are turned to PyTorch's order", () => {
  const renamed = inTorchNames(graph())
  const filter = renamed["Mixed_7b.branch3x3_2a.conv.weight"]!
  expect(filter.shape).toEqual([1, 2, 1, 3])
  expect([...filter.values]).toEqual([1, 3, 5, 2, 4, 6])
  expect(renamed["fc.weight"]!.shape).toEqual([3, 2])
  expect([...renamed["fc.weight"]!.values]).toEqual([1, 4, 2, 5, 3, 6])
})

test("weights in PyTorch's names pass as they are", () => {
  const weights = { "fc.bias": { shape: [1], values: new Float32Array(1) } }
  expect(inTorchNames(weights)).toBe(weights)
})
