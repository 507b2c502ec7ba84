import type { Split, SplitName } from "@saddlepoint/core/contracts/dataset"
import { type Options, use } from "@saddlepoint/core/contracts/plugin"
import { type Stream, stream } from "@saddlepoint/engine/random"
import * as Schema from "effect/Schema"
import { withChannels } from "./formats/channels.ts"
import { type DatasetUse, labelledImages } from "./formats/fields.ts"
import { imageSplit } from "./formats/imageSplit.ts"
import { keptExamples } from "./formats/keptExamples.ts"
import { wholeOption } from "./formats/options.ts"
import { type GeneratedOptions, generatedSet } from "./generators/generatedSet.ts"
import { channelsOf, drawnIn, type GlyphDomain, glyphDomains, turnOf } from "./generators/glyphDomains.ts"
import { digitStrokes, type Point } from "./generators/glyphStrokes.ts"

export interface GlyphsOptions extends GeneratedOptions {
  /** Side of the square images in pixels, 16 to 64. */
  readonly size: number
  /** How the digits are drawn; `clean` where left out. */
  readonly domain?: GlyphDomain
  /** 1 (grey; colours become their luma) or 3 (grey is repeated); as the domain is drawn where left out. */
  readonly channels?: 1 | 3
}

/** Names of the classes. */
const digits = digitStrokes.map((_, digit) => String(digit))

/**
 * Generated digits: the strokes of 0 to 9, each drawn with a random affine map (turn, slant, width, height, place), shaken
 * points, a random stroke width and ink.
 *
 * Fields: `image` float32 `[size, size, channels]` in [-1, 1], light on dark where the domain is `clean`; `label`
 * int32 `[]`, the digit. Classes are equally frequent, in a drawn order. An example is a pure function of (options, split,
 * index). See `glyphDomains` for the other domains.
 */
export const glyphsPlugin = generatedSet<GlyphsOptions>({
  name: "glyphs",
  version: 2,
  takesTurns: true,
  fields: labelledImages,
  classes: digits,
  options: {
    size: wholeOption(16, 64, 28),
    domain: Schema.optionalKey(Schema.Literals(glyphDomains)),
    channels: Schema.optionalKey(Schema.Literals([1, 3])),
  },
  counts: { train: 2000, validation: 500, test: 1000 },
  identity: (options) => {
    const { size, train, validation, test, seed } = options
    const { domain, channels } = pictureOf(options)
    // Nothing is added where nothing differs, so that the clean digits keep the digest that they had without domains.
    const drawn = domain === "clean" && channels === 1 ? [] : [domain, channels]
    return [size, train, validation, test, seed, ...drawn]
  },
  split,
})

/** Chooses the generated digits; every option may be left out. */
export function glyphs(
  options: Partial<Options<GlyphsOptions>> = {},
): DatasetUse<typeof labelledImages, true> {
  return use(glyphsPlugin, { ...options })
}

/** How the images are drawn, with what is left out. */
function pictureOf({ domain = "clean", channels = channelsOf(domain) }: Partial<GlyphsOptions>) {
  return { domain, channels }
}

function split(options: GlyphsOptions, name: SplitName): Split {
  const { size } = options
  const { channels } = pictureOf(options)
  return imageSplit({
    size,
    channels,
    count: options[name],
    // Float32, 4 bytes each.
    image: keptExamples(4 * size * size * channels, (index) => renderGlyph(options, name, index)),
    label: { classes: digits.length, of: (index) => index % digits.length },
  })
}

/** One image, `[size, size, channels]` in [-1, 1]. */
export function renderGlyph(
  options: Pick<GlyphsOptions, "size" | "seed"> & Partial<GlyphsOptions>,
  split: SplitName,
  index: number,
): Float32Array {
  const { size, seed } = options
  const { domain, channels } = pictureOf(options)
  // Domains share no stroke, so that no source image has its own twin in a target; the clean key is as old as the digits.
  const key = domain === "clean" ? [split] : [domain, split]
  const looks = stream(seed, "glyphs", "looks", ...key, index)
  const strokes = stream(seed, "glyphs", ...key, index)
  const clean = drawDigit(index % digits.length, size, strokes, turnOf(domain, looks))
  return withChannels(drawnIn(domain, clean, size, looks), channelsOf(domain), channels)
}

/** The clean image of a digit, `[size, size]` in [-1, 1], turned by `further` radians. */
function drawDigit(digit: number, size: number, source: Stream, further: number): Float32Array {
  const between = (low: number, high: number): number => low + (high - low) * source.uniform()
  const turn = between(-0.2, 0.2) + further
  const slant = between(-0.3, 0.3)
  const [width, height] = [between(0.65, 0.95), between(0.75, 0.95)]
  const [right, down] = [between(-0.06, 0.06), between(-0.06, 0.06)]
  const half = between(0.03, 0.065)
  const ink = between(0.75, 1)
  const place = ([x, y]: Point): Point => {
    const [shakenX, shakenY] = [x + 0.012 * source.normal() - 0.5, y + 0.012 * source.normal() - 0.5]
    const [slanted, tall] = [width * shakenX - slant * height * shakenY, height * shakenY]
    return [
      0.5 + right + Math.cos(turn) * slanted - Math.sin(turn) * tall,
      0.5 + down + Math.sin(turn) * slanted + Math.cos(turn) * tall,
    ]
  }
  const lines = digitStrokes[digit]!.map((stroke) => stroke.map(place)).flatMap(linesOf)
  const distances = squaredDistances(lines, size, half + 0.5 / size)
  // A pixel wide, the edge goes from ink to ground.
  return Float32Array.from(distances, (squared) => {
    const covered = Math.min(1, Math.max(0, (half - Math.sqrt(squared)) * size + 0.5))
    return 2 * ink * covered - 1
  })
}

interface Line {
  readonly x: number
  readonly y: number
  readonly acrossX: number
  readonly acrossY: number
  /** Squared length. */
  readonly squared: number
}

function linesOf(stroke: readonly Point[]): readonly Line[] {
  return stroke.slice(1).map(([toX, toY], i) => {
    const [x, y] = stroke[i]!
    const [acrossX, acrossY] = [toX - x, toY - y]
    return { x, y, acrossX, acrossY, squared: acrossX ** 2 + acrossY ** 2 }
  })
}

/** Of the middle of each pixel to the nearest line, `[size, size]`; infinite where none is within reach. */
function squaredDistances(lines: readonly Line[], size: number, reach: number): Float64Array {
  const nearest = new Float64Array(size * size).fill(Number.POSITIVE_INFINITY)
  /** Pixels along one axis whose middles may lie within reach of a line. */
  const near = (from: number, across: number) => {
    const [low, high] = [Math.min(from, from + across) - reach, Math.max(from, from + across) + reach]
    return [
      Math.max(0, Math.floor(low * size - 0.5)),
      Math.min(size - 1, Math.ceil(high * size - 0.5)),
    ] as const
  }
  for (const { x: fromX, y: fromY, acrossX, acrossY, squared } of lines) {
    const [left, right] = near(fromX, acrossX)
    const [top, bottom] = near(fromY, acrossY)
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const [x, y] = [(column + 0.5) / size - fromX, (row + 0.5) / size - fromY]
        const along = squared === 0 ? 0 : (x * acrossX + y * acrossY) / squared
        const share = along < 0 ? 0 : along > 1 ? 1 : along
        const [offX, offY] = [x - share * acrossX, y - share * acrossY]
        const pixel = row * size + column
        nearest[pixel] = Math.min(nearest[pixel]!, offX * offX + offY * offY)
      }
    }
  }
  return nearest
}
