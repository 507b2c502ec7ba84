import { expect, test } from "vitest"
import { fnv1a, formulaBits, formulaImage, formulaTensor } from "./formulaWeights.ts"

// All figures are those of `hash_check`, `check_values` and `images` in a folder of reference numbers, seed 1.

test("names are hashed by FNV-1a, and numbered by the finaliser of MurmurHash3", () => {
  expect(fnv1a("a")).toBe(3826002220)
  expect([...formulaBits("Conv2d_1a_3x3.conv.weight", 1, 4)]).toEqual([
    921815489, 2700665473, 3981427343, 2640432227,
  ])
})

test("convolutions, norms and linear layers have their scales", () => {
  const first = (name: string, shape: readonly number[]) => formulaTensor(name, shape, 1)[0]
  expect(first("Conv2d_1a_3x3.conv.weight", [32, 3, 3, 3])).toBe(-0.2690523862838745)
  expect(first("Conv2d_1a_3x3.bn.weight", [32])).toBe(0.7787045836448669)
  expect(first("Conv2d_1a_3x3.bn.running_var", [32])).toBe(0.7802770137786865)
  expect(first("Mixed_7c.branch_pool.bn.bias", [192])).toBe(-0.0919356495141983)
  expect(first("fc.weight", [1008, 2048])).toBe(-0.026397841051220894)
  expect(first("fc.bias", [1008])).toBe(-0.09606833755970001)
})

test("an image's first row begins as on record", () => {
  const image = formulaImage("inception_A", 1, 299, 299)
  expect(Array.from({ length: 8 }, (_, x) => image[3 * x])).toEqual([21, 4, 30, 11, 34, 15, 24, 28])
})
