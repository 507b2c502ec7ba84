import type { Split, SplitName } from "@saddlepoint/core/contracts/dataset"
import { type Options, use } from "@saddlepoint/core/contracts/plugin"
import { type Stream, stream } from "@saddlepoint/engine/random"
import { type DatasetUse, labelledPairs } from "./formats/fields.ts"
import { keptExamples } from "./formats/keptExamples.ts"
import { wholeOption } from "./formats/options.ts"
import { type PairBytes, pairFields, readPairs } from "./formats/pairBytes.ts"
import { type GeneratedOptions, generatedSet } from "./generators/generatedSet.ts"

export interface StripesOptions extends GeneratedOptions {
  /** Side of the square images in pixels, 16 to 256. */
  readonly size: number
}

/** Directions of the stripes, in the order of the label values. */
export const stripeClasses = ["vertical", "horizontal", "falling", "rising"] as const

/** Colours of the classes in `input`, as bytes. */
export const stripePalette: readonly (readonly [number, number, number])[] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 0],
]

/** Distance in pixels from one stripe to the next, at every size. */
const period = 8
/** Of the stripes about 0, in the units of images in [-1, 1]; a colour's share of it; deviation of the noise of every pixel. */
const amplitude = 0.6
const tone = [1, 0.9, 0.7] as const
const noise = 0.05

/**
 * Generated label maps to stripes of a direction that the label tells and a *phase that nothing tells*: uniform for each class of
 * each image. What is not in the input a fixed loss must average away: the mean of all right answers is grey, and so is their
 * median, so an L1 or L2 regressor paints grey however long it trains. An opponent that sees a period of the stripes can tell
 * grey from stripes and asks for some phase, whichever; one that sees single pixels cannot. So it is the question which
 * receptive field a learned loss needs, in its purest form.
 *
 * A map is a background and two to four rectangles or discs, each of a class drawn uniformly. Fields: `input` the map in the
 * colours of `stripePalette`, `target` the stripes, both float32 `[size, size, 3]` in [-1, 1]; `labels` int32 `[size, size]`
 * in [0, 4). An example is a pure function of (options, split, index).
 */
export const stripesPlugin = generatedSet<StripesOptions>({
  name: "stripes",
  version: 1,
  fields: labelledPairs,
  classes: stripeClasses,
  options: { size: wholeOption(16, 256, 32) },
  counts: { train: 400, validation: 64, test: 320 },
  identity: ({ size, train, validation, test, seed }) => [size, train, validation, test, seed],
  split,
})

/** Chooses the generated stripes; every option may be left out. */
export function stripes(
  options: Partial<Options<StripesOptions>> = {},
): DatasetUse<typeof labelledPairs, true> {
  return use(stripesPlugin, { ...options })
}

function split(options: StripesOptions, name: SplitName): Split {
  const { size } = options
  // Two RGB images and a label map.
  const example = keptExamples(7 * size * size, (index) => renderStripes(options, name, index))
  return {
    size: options[name],
    fields: pairFields(size, stripeClasses.length),
    read: async (indices) => readPairs(indices, options[name], size, example),
  }
}

/** One example as bytes. */
export function renderStripes(
  { size, seed }: Pick<StripesOptions, "size" | "seed">,
  split: SplitName,
  index: number,
): Required<PairBytes> {
  const labels = layout(stream(seed, "stripes", "layout", split, index), size)
  const source = stream(seed, "stripes", "phase", split, index)
  const phases = stripeClasses.map(() => 2 * Math.PI * source.uniform())
  const grain = stream(seed, "stripes", "noise", split, index)
  const input = new Uint8Array(3 * size * size)
  const target = new Uint8Array(3 * size * size)
  labels.forEach((label, pixel) => {
    const along = across[label]!(pixel % size, Math.floor(pixel / size))
    const stripe = amplitude * Math.sin((2 * Math.PI * along) / period + phases[label]!)
    for (let channel = 0; channel < 3; channel++) {
      const value = tone[channel]! * stripe + noise * grain.normal()
      input[3 * pixel + channel] = stripePalette[label]![channel]!
      target[3 * pixel + channel] = Math.min(255, Math.max(0, Math.round(127.5 * (value + 1))))
    }
  })
  return { input, target, labels }
}

/** Distance in pixels across a class's stripes. */
const across: readonly ((column: number, row: number) => number)[] = [
  (column) => column,
  (_, row) => row,
  (column, row) => (column - row) / Math.SQRT2,
  (column, row) => (column + row) / Math.SQRT2,
]

/** A label map: a background, and two to four rectangles or discs of a quarter to six tenths of the side. */
function layout(source: Stream, size: number): Uint8Array {
  const between = (low: number, high: number): number => size * (low + (high - low) * source.uniform())
  const labels = new Uint8Array(size * size).fill(source.integer(stripeClasses.length))
  const shapes = 2 + source.integer(3)
  for (let shape = 0; shape < shapes; shape++) {
    const label = source.integer(stripeClasses.length)
    const isDisc = source.integer(2) === 0
    const [x, y] = [between(0.1, 0.9), between(0.1, 0.9)]
    const [width, height] = [between(0.25, 0.6), between(0.25, 0.6)]
    for (let pixel = 0; pixel < labels.length; pixel++) {
      const right = ((pixel % size) + 0.5 - x) / (width / 2)
      const down = (Math.floor(pixel / size) + 0.5 - y) / (height / 2)
      const inside = isDisc ? right ** 2 + down ** 2 <= 1 : Math.max(Math.abs(right), Math.abs(down)) <= 1
      if (inside) labels[pixel] = label
    }
  }
  return labels
}
