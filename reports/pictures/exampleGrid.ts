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

/** Most rows of examples that are not squares. */
const MOST_ROWS = 32

/**
 * Cuts RGB pixels into three columns (input, output, target) of examples with equal gaps; null where they are no such grid. Squares are
 * looked for first, then as many rows as blank gaps allow: without gaps nothing but squares is known.
 */
export function cutGrid(pixels: Buffer, width: number, height: number): ExampleGrid | null {
  const gaps = Array.from({ length: WIDEST_GAP + 1 }, (_, gap) => gap).filter((gap) => {
    const side = (width - 2 * gap) / 3
    return (
      Number.isInteger(side) &&
      side >= 1 &&
      isBlank(pixels, width, side, gap) &&
      isBlank(pixels, width, 2 * side + gap, gap)
    )
  })
  for (const gap of gaps) {
    const side = (width - 2 * gap) / 3
    const examples = (height + gap) / (side + gap)
    if (Number.isInteger(examples) && areRows(pixels, width, gap, side, examples)) {
      return cut(pixels, width, { gap, examples, width: side, height: side })
    }
  }
  for (const gap of gaps) {
    if (gap === 0) continue
    for (let examples = MOST_ROWS; examples >= 1; examples--) {
      const tall = (height + gap) / examples - gap
      if (!Number.isInteger(tall) || tall < 1 || !areRows(pixels, width, gap, tall, examples)) continue
      return cut(pixels, width, { gap, examples, width: (width - 2 * gap) / 3, height: tall })
    }
  }
  return null
}

interface Cells {
  readonly gap: number
  readonly examples: number
  readonly width: number
  readonly height: number
}

function cut(pixels: Buffer, sheet: number, { gap, examples, width, height }: Cells): ExampleGrid {
  const column = (index: number) => {
    const rows = Array.from({ length: examples * height }, (_, row) => {
      const y = row + gap * Math.floor(row / height)
      const start = (y * sheet + index * (width + gap)) * 3
      return pixels.subarray(start, start + width * 3)
    })
    return Buffer.concat(rows)
  }
  return { input: column(0), output: column(1), target: column(2), examples, width, height }
}

/** Whether between rows of a height there are gaps of one colour. */
function areRows(pixels: Buffer, width: number, gap: number, tall: number, examples: number): boolean {
  for (let row = 1; row < examples; row++) {
    const from = (row * (tall + gap) - gap) * width * 3
    for (let at = from; at < from + gap * width * 3; at++) {
      if (pixels[at] !== pixels[from + (at % 3)]) return false
    }
  }
  return true
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
