/** A grid whose rows are examples, cut into its columns: RGB pixels, the examples one below the other without the gaps. */
export interface ExampleGrid {
  readonly input: Buffer
  readonly output: Buffer
  readonly target: Buffer
  readonly examples: number
  /** Of one example, in pixels. */
  readonly width: number
  readonly height: number
}

/** Widest gap between images of a grid that is looked for, in pixels. */
const WIDEST_GAP = 8

/**
 * Cuts RGB pixels into three columns (input, output, target) of square examples with equal gaps; null where they are no such
 * grid.
 */
export function cutGrid(pixels: Buffer, width: number, height: number): ExampleGrid | null {
  for (let gap = 0; gap <= WIDEST_GAP; gap++) {
    const side = (width - 2 * gap) / 3
    const examples = (height + gap) / (side + gap)
    if (!Number.isInteger(side) || side < 1 || !Number.isInteger(examples)) continue
    if (!isBlank(pixels, width, side, gap) || !isBlank(pixels, width, 2 * side + gap, gap)) continue
    const column = (index: number) => {
      const rows = Array.from({ length: examples * side }, (_, row) => {
        const y = row + gap * Math.floor(row / side)
        const start = (y * width + index * (side + gap)) * 3
        return pixels.subarray(start, start + side * 3)
      })
      return Buffer.concat(rows)
    }
    return { input: column(0), output: column(1), target: column(2), examples, width: side, height: side }
  }
  return null
}

/** Whether `gap` columns of pixels from `left` have one colour from top to bottom. */
function isBlank(pixels: Buffer, width: number, left: number, gap: number): boolean {
  const colour = pixels.subarray(left * 3, left * 3 + 3)
  for (let y = 0; y * width * 3 < pixels.length; y++) {
    for (let x = left; x < left + gap; x++) {
      const at = (y * width + x) * 3
      if (pixels.compare(colour, 0, 3, at, at + 3) !== 0) return false
    }
  }
  return true
}
