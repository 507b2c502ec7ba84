import fc from "fast-check"
import { expect, test } from "vitest"
import { withChannels } from "./channels.ts"
import { fitImage, resizeBilinear } from "./fitImage.ts"

// torch.manual_seed(0); torch.randint(-100, 100, (5, 4)) / 100
const image = Float32Array.of(
  ...[-0.56, -0.61, 0.33, 0.6, 0.63, 0.79, -0.73, 0.03, -0.03, -0.17],
  ...[0.01, -0.34, 0.56, 0.99, -0.22, 0.76, -0.44, -0.32, 0.94, -0.67],
)

test("resizing is that of PyTorch, shrinking and enlarging", () => {
  // torch.nn.functional.interpolate(image.double(), (n, n), mode="bilinear", align_corners=False, antialias=True), torch 2.13.0
  const smaller = [-0.038, -0.06714, 0.21171, 0.26378, 0.04778, -0.071, 0.06443, 0.34214, 0.09286]
  const larger = [
    ...[-0.56, -0.57786, -0.60643, -0.14, 0.34929, 0.50357, 0.6, 0.12, 0.145, 0.185, -0.04286, -0.23643],
    ...[0.07786, 0.27429, 0.44143, 0.46796, 0.51041, -0.00143, -0.48694, -0.23388, -0.07571, -0.03, -0.08],
    ...[-0.16, -0.08, -0.015, -0.215, -0.34, 0.39143, 0.48684, 0.63949, 0.25214, -0.11143, 0.23143, 0.44571],
    ...[0.13143, 0.23755, 0.40735, 0.35286, 0.26786, 0.19357, 0.14714, -0.44, -0.39714, -0.32857, 0.31],
    ...[0.825, -0.095, -0.67],
  ]
  for (const [size, expected] of [
    [3, smaller],
    [7, larger],
  ] as const) {
    const resized = resizeBilinear(image, [5, 4, 1], size)
    // The reference is printed to five places.
    expected.forEach((value, at) => {
      expect(Math.abs(resized[at]! - value)).toBeLessThan(6e-6)
    })
    expect(resized).toHaveLength(size * size)
  }
})

const sides = fc.integer({ min: 1, max: 9 })
const images = fc.record({ height: sides, width: sides, channels: fc.constantFrom(1, 3) }).chain((shape) => {
  const length = shape.height * shape.width * shape.channels
  const pixels = fc.uint8Array({ minLength: length, maxLength: length })
  return fc.record({
    pixels,
    shape: fc.constant(shape as { height: number; width: number; channels: 1 | 3 }),
  })
})

test("an image keeps its range, a flat one its value, and one of the right form its bytes", () => {
  fc.assert(
    fc.property(images, sides, fc.integer({ min: 0, max: 255 }), ({ pixels, shape }, size, byte) => {
      const fitted = fitImage({ count: 1, ...shape, pixels }, 0, { size, channels: 3 })
      const values = [...pixels].map((value) => value / 127.5 - 1)
      expect(Math.min(...fitted)).toBeGreaterThanOrEqual(Math.min(...values) - 1e-6)
      expect(Math.max(...fitted)).toBeLessThanOrEqual(Math.max(...values) + 1e-6)
      const flat = fitImage({ count: 1, ...shape, pixels: pixels.map(() => byte) }, 0, { size, channels: 1 })
      for (const value of flat) expect(value).toBeCloseTo(byte / 127.5 - 1, 5)
      if (shape.height === size && shape.width === size) {
        const same = fitImage({ count: 1, ...shape, pixels }, 0, { size, channels: shape.channels })
        expect(same.map((value) => Math.round((value + 1) * 127.5))).toEqual(Float32Array.from(pixels))
      }
    }),
  )
})

test("resizing commutes with mirroring and with exchanging rows and columns", () => {
  const square = fc.float32Array({ minLength: 36, maxLength: 36, min: -1, max: 1, noNaN: true })
  const moved = (from: Float32Array, side: number, place: (row: number, column: number) => number) =>
    Float32Array.from(from, (_, at) => from[place(Math.floor(at / side), at % side)]!)
  fc.assert(
    fc.property(square, sides, (values, size) => {
      const mirror = (side: number) => (row: number, column: number) => row * side + side - 1 - column
      const exchange = (side: number) => (row: number, column: number) => column * side + row
      for (const change of [mirror, exchange]) {
        const first = resizeBilinear(moved(values, 6, change(6)), [6, 6, 1], size)
        const last = moved(resizeBilinear(values, [6, 6, 1], size), size, change(size))
        first.forEach((value, at) => {
          expect(value).toBeCloseTo(last[at]!, 5)
        })
      }
    }),
  )
})

test("grey is repeated, colours become their luma, and grey stays grey both ways", () => {
  expect([...withChannels(Float32Array.of(0.5, -1), 1, 3)]).toEqual([0.5, 0.5, 0.5, -1, -1, -1])
  // 0.299, 0.587 and 0.114 of ITU-R BT.601.
  const [red, green, blue] = withChannels(Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), 3, 1)
  expect([red, green, blue]).toEqual([0.299, 0.587, 0.114].map(Math.fround))
  fc.assert(
    fc.property(fc.float32Array({ min: -1, max: 1, noNaN: true }), (grey) => {
      withChannels(withChannels(grey, 1, 3), 3, 1).forEach((value, at) => {
        expect(value).toBeCloseTo(grey[at]!, 6)
      })
      expect(withChannels(grey, 1, 1)).toBe(grey)
    }),
  )
})

test("a rectangle is resized along each side by itself: turned about its diagonal, it is the turned result", () => {
  fc.assert(
    fc.property(
      sides,
      sides,
      sides,
      sides,
      fc.infiniteStream(fc.integer({ min: -100, max: 100 })),
      (h, w, toH, toW, stream) => {
        const values = Float32Array.from({ length: h * w }, () => stream.next().value! / 100)
        const turned = (from: Float32Array, height: number, width: number) =>
          Float32Array.from(from, (_, at) => from[(at % height) * width + Math.floor(at / height)]!)
        const resized = resizeBilinear(values, [h, w, 1], [toH, toW])
        expect(resized).toHaveLength(toH * toW)
        const other = resizeBilinear(turned(values, h, w), [w, h, 1], [toW, toH])
        turned(other, toW, toH).forEach((value, at) => {
          expect(Math.abs(value - resized[at]!)).toBeLessThan(1e-6)
        })
      },
    ),
  )
})
