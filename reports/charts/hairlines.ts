import { type Colour, css } from "../drawing/palette.ts"

type Point = readonly [x: number, y: number]

/** Points of a line in a chart's own units; float64, as many of both. */
export interface Line {
  readonly x: Float64Array
  readonly y: Float64Array
}

/** A thin line of a chart, one of very many. */
export interface Hairline {
  readonly line: Line
  readonly colour: Colour
}

/** Two opposite corners of a chart's field, in its own units and in pixels. */
export interface Field {
  readonly low: { readonly at: Point; readonly pixel: Point }
  readonly high: { readonly at: Point; readonly pixel: Point }
}

export const hairline = { width: 0.7, opacity: 0.35 } as const

/**
 * Puts thin lines behind the series of a chart's SVG, in the very bytes that the library gives to a series of its own for each: it
 * takes half a millisecond and 50 KB for one, and a report may have thousands.
 * @param drawn SVG in which clip paths are named `<id>-c<n>` in the order of their use; it has at least one series with a clip path
 */
export function withHairlines(drawn: string, id: string, lines: readonly Hairline[], field: Field): string {
  if (lines.length === 0) return drawn
  const shifted = drawn.replaceAll(
    new RegExp(`\\b${id}-c(\\d+)`, "g"),
    (_, n) => `${id}-c${Number(n) + lines.length}`,
  )
  const [series, definitions] = [shifted.indexOf("<g clip-path="), shifted.indexOf(DEFINITIONS)]
  const pixels = affine(field)
  const looks = `fill="none" pointer-events="visible"`
  const stroke = `stroke-width="${hairline.width}" stroke-opacity="${hairline.opacity}" stroke-linejoin="bevel"`
  const paths = lines.map(
    ({ line, colour }, n) =>
      `<g clip-path="url(#${id}-c${n})">\n<path d="${path(line, pixels)}" ${looks} stroke="${css(colour)}" ${stroke}></path>\n</g>\n`,
  )
  const clip = clipPath(field)
  const clips = lines.map(
    (_, n) => `<clipPath id="${id}-c${n}">\n<path d="${clip}" fill="#000"></path>\n</clipPath>\n`,
  )
  const inside = definitions + DEFINITIONS.length
  return [
    shifted.slice(0, series),
    ...paths,
    shifted.slice(series, inside),
    ...clips,
    shifted.slice(inside),
  ].join("")
}

const DEFINITIONS = "<defs >\n"

/** From the chart's units to pixels. */
interface Affine {
  readonly scale: Point
  readonly shift: Point
}

function affine({ low, high }: Field): Affine {
  const along = (axis: 0 | 1) => (high.pixel[axis] - low.pixel[axis]) / (high.at[axis] - low.at[axis])
  const scale: Point = [along(0), along(1)]
  return { scale, shift: [low.pixel[0] - low.at[0] * scale[0], low.pixel[1] - low.at[1] * scale[1]] }
}

/** The path of a line in float32 pixels; a point within a pixel's diagonal half of the one before is left out. */
function path(line: Line, { scale, shift }: Affine): string {
  const drawn: string[] = []
  let [lastX, lastY] = [Number.NaN, Number.NaN]
  for (let i = 0; i < line.x.length; i++) {
    const x = Math.fround(line.x[i]! * scale[0] + shift[0])
    const y = Math.fround(line.y[i]! * scale[1] + shift[1])
    if ((x - lastX) ** 2 + (y - lastY) ** 2 < 0.5) continue
    drawn.push(`${drawn.length === 0 ? "M" : "L"}${tenths(x)} ${tenths(y)}`)
    lastX = x
    lastY = y
  }
  return drawn.join("")
}

/** The field, so much larger that a line on its edge is not cut. */
function clipPath({ low, high }: Field): string {
  const [left, right] = [exact(low.pixel[0]), exact(high.pixel[0])]
  const [top, bottom] = [exact(high.pixel[1]), exact(low.pixel[1])]
  const x = left - hairline.width / 2
  const wide = Math.ceil(right - left + hairline.width) + (x === Math.floor(x) ? 0 : 1)
  const [y, tall] = [tenths(top - hairline.width / 2), tenths(bottom - top + hairline.width)]
  return `M${tenths(Math.floor(x))} ${y}l${wide} 0l0 ${tall}l${-wide} 0Z`
}

const tenths = (value: number) => Math.round(value * 10) / 10

/** Without what rounding left of the way from units to pixels. */
const exact = (value: number) => Math.round(value * 1e6) / 1e6
