import * as fc from "fast-check"
import { expect, test } from "vitest"
import { alike, flattened, fromTorch, images, kernel, moved, permuted, swapped, toTorch } from "./layout.ts"

const counted = (length: number) => Float32Array.from({ length }, (_, i) => i)

test("a permutation takes value [i, j, k] to where its axes say", () => {
  // [2, 3, 4] with axes [2, 0, 1]: ours [k, i, j] is theirs [i, j, k].
  const layout = permuted([2, 3, 4], [2, 0, 1])
  expect(layout.shape).toEqual([4, 2, 3])
  const ours = fromTorch(counted(24), layout)
  for (const [i, j, k] of [
    [0, 0, 0],
    [1, 2, 3],
    [0, 2, 1],
  ] as const) {
    expect(ours[(k * 2 + i) * 3 + j]).toBe((i * 3 + j) * 4 + k)
  }
})

test("channels of images go last, whatever stands before them", () => {
  expect(images([5, 2, 3, 4, 6]).shape).toEqual([5, 2, 4, 6, 3])
  // Two channels of 1 x 2 pixels: planes 0 1 | 2 3 become pixels 0 2 | 1 3.
  expect([...fromTorch(counted(4), images([1, 2, 1, 2]))]).toEqual([0, 2, 1, 3])
})

test("kernels of convolutions and of dense layers are turned, vectors are not", () => {
  expect(kernel([8, 3, 5, 4]).shape).toEqual([5, 4, 3, 8])
  expect(kernel([2, 3])).toEqual(permuted([2, 3], [1, 0]))
  expect(kernel([7])).toEqual(alike([7]))
})

test("rows behind a flattened image come by pixel here and by channel there", () => {
  // 2 channels, 3 positions: our row (position p, channel c) is theirs (c, p) = 3 c + p.
  expect([...flattened(alike([6, 1]), 2).order]).toEqual([0, 3, 1, 4, 2, 5])
})

test("halves that are joined the other way round are swapped", () => {
  expect([...swapped(alike([1, 5]), 1, 2).order]).toEqual([3, 4, 0, 1, 2])
})

test("every layout can be read backwards", () => {
  const sides = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 4, maxLength: 4 })
  fc.assert(
    fc.property(sides, fc.integer({ min: 0, max: 3 }), (torch, axis) => {
      const values = counted(torch.reduce((size, side) => size * side, 1))
      const reversed = moved(kernel(torch), axis, (place) => kernel(torch).shape[axis]! - 1 - place)
      for (const layout of [alike(torch), images(torch), kernel(torch), reversed]) {
        expect(toTorch(fromTorch(values, layout), layout)).toEqual(values)
      }
    }),
  )
})
