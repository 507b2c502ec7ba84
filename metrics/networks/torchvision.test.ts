import { expect, test } from "vitest"
import { type Layers, parametersOf } from "./layers.ts"
import { alexNet, squeezeNet, vgg16, vgg19 } from "./torchvision.ts"

const numbers = (layers: Layers, part = "") =>
  parametersOf(layers)
    .filter(({ name }) => name.startsWith(part))
    .reduce((sum, { shape }) => sum + shape.reduce((product, side) => product * side, 1), 0)

test("networks have as many weights as torchvision's", () => {
  // Totals of torchvision's documentation less the layers that are left out: AlexNet 61 100 840 less its classifier,
  // 37 752 832 + 16 781 312 + 4 097 000; SqueezeNet 1.1 1 235 496 less 513 000; VGG16 138 357 544 and VGG19
  // 143 667 240 less the last layer, 4 097 000.
  expect(numbers(alexNet.layers)).toBe(61_100_840 - 37_752_832 - 16_781_312 - 4_097_000)
  expect(numbers(squeezeNet.layers)).toBe(1_235_496 - 513_000)
  expect(numbers(vgg16.layers)).toBe(138_357_544 - 4_097_000)
  expect(numbers(vgg19.layers)).toBe(143_667_240 - 4_097_000)
})

test("layers have the indices of torchvision's state dicts", () => {
  const names = parametersOf(vgg19.layers).map(({ name }) => name)
  // The sixteenth convolution of VGG19 is features.34.
  expect(names.slice(30, 33)).toEqual(["features.34.weight", "features.34.bias", "classifier.0.weight"])
  expect(parametersOf(vgg16.layers)[24]!.name).toBe("features.28.weight")
  expect(parametersOf(squeezeNet.layers).at(-1)!.name).toBe("features.12.expand3x3.bias")
})
