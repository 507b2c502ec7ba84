import { expect, test } from "vitest"
import { cutGrid } from "./exampleGrid.ts"

/** A sheet of rows of three images with white gaps; pixels are random but for the gaps. */
function sheet(height: number, width: number, rows: number, gap: number) {
  const [across, down] = [3 * width + 2 * gap, rows * (height + gap) - gap]
  const pixels = Buffer.alloc(across * down * 3, 255)
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      const inGap = y % (height + gap) >= height || x % (width + gap) >= width
      if (!inGap)
        pixels.set([(y * 31 + x * 17) % 200, (x * x + y) % 200, (y * y) % 200], (y * across + x) * 3)
    }
  }
  return cutGrid(pixels, across, down)
}

test.each([
  [16, 16, 6, 2],
  [16, 16, 6, 0],
  [16, 24, 6, 2],
  [40, 24, 4, 2],
  [16, 24, 1, 2],
])(
  "rows of three images of %i x %i pixels are found, %i of them with gaps of %i",
  (height, width, rows, gap) => {
    const found = sheet(height, width, rows, gap)!
    expect([found.height, found.width, found.examples]).toEqual([height, width, rows])
    expect(found.output).toHaveLength(3 * height * width * rows)
  },
)

test("what is no such sheet is null", () => {
  expect(sheet(17, 24, 3, 0)).toBeNull()
})
