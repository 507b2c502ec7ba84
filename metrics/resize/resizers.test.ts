import fc from "fast-check"
import { expect, test } from "vitest"
import { resizing } from "./resizer.ts"
import { resizers } from "./resizers.ts"

// The first channel of case "odd" of the reference numbers (resize.json), 7x5 to 3x11, and of every result the first
// four numbers of the middle row, to four digits.
const image = Float32Array.from(
  [
    [21, 20, 5, 28, 12],
    [16, 37, 15, 34, 37],
    [16, 32, 42, 29, 35],
    [26, 33, 47, 51, 42],
    [19, 50, 44, 51, 59],
    [23, 44, 40, 47, 46],
    [44, 55, 57, 41, 48],
  ].flat(),
)
const middleRows: Record<string, readonly number[]> = {
  tf1_align_corners_false: [19.3333, 25.2424, 31.1515, 36.4545],
  tf1_align_corners_true: [26.0, 28.8, 31.6, 35.8],
  torch_bilinear_halfpixel: [26.0, 27.2727, 30.4545, 34.2727],
  torch_bilinear_antialias: [21.2353, 24.2193, 31.6791, 38.1176],
  "torch_bicubic_halfpixel(a=-0.75)": [25.2427, 26.8231, 29.0188, 34.4079],
  torch_area: [20.3333, 20.3333, 29.3333, 38.3333],
  pil_float_bicubic_clip: [18.6912, 22.4635, 31.0998, 38.8249],
  pil_float_bilinear_clip: [21.2353, 24.2193, 31.6791, 38.1176],
  pil_float_lanczos_clip: [17.1774, 21.7113, 30.1648, 39.6339],
  pil_float_box_clip: [20.3333, 20.3333, 38.3333, 38.3333],
}

test.each(Object.entries(middleRows))(
  "%s gives the numbers of the package it is named after",
  (name, row) => {
    const resized = resizing(resizers[name]!, [7, 5], [3, 11], 1)(image)
    row.forEach((value, x) => {
      expect(Math.abs(resized[11 + x]! - value)).toBeLessThan(1e-4)
    })
  },
)

const sizes = fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 1, max: 23 })))
const named = fc.constantFrom(...Object.values(resizers))
const bytesOf = (count: number) => fc.uint8Array({ minLength: count, maxLength: count })

test("an image of one colour stays one", () => {
  fc.assert(
    fc.property(named, sizes, fc.integer({ min: 0, max: 255 }), (resizer, [h, w, rows, columns], value) => {
      const resized = resizing(
        resizer,
        [h!, w!],
        [rows!, columns!],
        3,
      )(new Uint8Array(h! * w! * 3).fill(value))
      expect(resized.every((result) => Math.abs(result - value) < 1e-4)).toBe(true)
    }),
  )
})

test("an image of the size asked for is left as it is", () => {
  fc.assert(
    fc.property(
      named,
      sizes.chain(([h, w]) => fc.tuple(fc.constant([h!, w!] as const), bytesOf(h! * w! * 3))),
      (resizer, [size, bytes]) => {
        expect([...resizing(resizer, size, size, 3)(bytes)]).toEqual([...bytes])
      },
    ),
  )
})

test("images of a batch, and channels, do not touch each other", () => {
  const [h, w] = [5, 7]
  fc.assert(
    fc.property(named, bytesOf(2 * h * w * 3), (resizer, bytes) => {
      const together = resizing(resizer, [h, w], [4, 9], 3)(bytes)
      for (let picture = 0; picture < 2; picture++) {
        for (let channel = 0; channel < 3; channel++) {
          const plane = Uint8Array.from(
            { length: h * w },
            (_, i) => bytes[(picture * h * w + i) * 3 + channel]!,
          )
          const alone = resizing(resizer, [h, w], [4, 9], 1)(plane)
          expect([...alone]).toEqual(
            Array.from(alone, (_, i) => together[(picture * 4 * 9 + i) * 3 + channel]),
          )
        }
      }
    }),
    { numRuns: 30 },
  )
})

test("filters without negative weights stay within the image's range, and clipped ones within bytes", () => {
  fc.assert(
    fc.property(
      named,
      sizes.chain(([h, w, r, c]) => fc.tuple(fc.constant([h!, w!, r!, c!] as const), bytesOf(h! * w!))),
      (resizer, [[h, w, rows, columns], bytes]) => {
        const resized = resizing(resizer, [h, w], [rows, columns], 1)(bytes)
        const overshoots = /bicubic|lanczos/.test(resizer.name)
        if (overshoots && !resizer.clips) return
        const [low, high] = overshoots ? [0, 255] : [Math.min(...bytes), Math.max(...bytes)]
        expect(resized.every((value) => value >= low - 1e-4 && value <= high + 1e-4)).toBe(true)
      },
    ),
  )
})

test("resizers with half-pixel centres commute with mirroring", () => {
  // TensorFlow 1 reads from the corner, Pillow's box and areas round ties to one side.
  const even = Object.values(resizers).filter(({ name }) => !/tf1_align_corners_false|box|area/.test(name))
  const mirrored = (row: ArrayLike<number>) => Uint8Array.from(row).reverse()
  fc.assert(
    fc.property(
      fc.constantFrom(...even),
      fc.integer({ min: 2, max: 30 }),
      fc.integer({ min: 2, max: 30 }),
      fc.integer(),
      (resizer, from, to, seed) => {
        const row = Uint8Array.from({ length: from }, (_, i) => Math.imul(i + 1, seed | 1) >>> 24)
        const resize = resizing(resizer, [1, from], [1, to], 1)
        const [forth, back] = [resize(row), resize(mirrored(row)).toReversed()]
        // Positions are float32 in PyTorch and TensorFlow: a part in a million of a pixel, times 255.
        forth.forEach((value, i) => {
          expect(Math.abs(value - back[i]!)).toBeLessThan(2e-3)
        })
      },
    ),
  )
})

test("an image that is no whole one is refused", () => {
  const resize = resizing(resizers.torch_area!, [2, 2], [4, 4], 3)
  expect(() => resize(new Uint8Array(13))).toThrow(
    "Expected images of 2x2x3 numbers for torch_area, but got 13 in all.",
  )
})
