import { type Colour, css } from "../drawing/palette.ts"
import { figure } from "../writing/figure.ts"
import { escaped, type Html, markup } from "../writing/html.ts"

const WIDTH = 300
const HEIGHT = 52
const EDGE = 14

/** Scores of one arm, with those that frame them. */
export interface ScoreRow {
  readonly values: readonly { readonly seed: number; readonly value: number }[]
  /** Ends of the interval of the mean; absent with one seed. */
  readonly interval?: { readonly low: number; readonly high: number }
  readonly mean: number
  readonly colour: Colour
  readonly lower?: number
  readonly upper?: number
}

/** The scale that all rows of a table share. */
export interface ScoreScale {
  readonly low: number
  readonly high: number
}

/**
 * All seeds and bounds lie inside, and intervals as far as the range of the score goes.
 * @param range of the score, finite; the scale itself where all values are equal
 */
export function scoreScale(rows: readonly ScoreRow[], range: readonly [number, number]): ScoreScale {
  const values = rows.flatMap(({ values, interval, lower, upper }) => [
    ...values.map(({ value }) => value),
    ...(interval === undefined ? [] : [interval.low, interval.high]),
    ...(lower === undefined ? [] : [lower]),
    ...(upper === undefined ? [] : [upper]),
  ])
  const low = Math.max(range[0], Math.min(...values))
  const high = Math.min(range[1], Math.max(...values))
  return low < high ? { low, high } : { low: range[0], high: range[1] }
}

/** One arm: the gap between the bounds as a band, the interval with its mean, and every seed as a dot below. */
export function scorePlot(row: ScoreRow, scale: ScoreScale): Html {
  const { values, interval, mean, lower, upper } = row
  const x = (value: number) => {
    const inside = Math.min(scale.high, Math.max(scale.low, value))
    return Number((EDGE + ((inside - scale.low) / (scale.high - scale.low)) * (WIDTH - 2 * EDGE)).toFixed(2))
  }
  const colour = css(row.colour)
  const band = (from: number, to: number) =>
    `<rect x="${Math.min(x(from), x(to))}" y="2" width="${Number(Math.abs(x(to) - x(from)).toFixed(2))}" height="34" fill="${css("band")}"/>`
  const bound = (value: number | undefined, dash: string) =>
    value === undefined
      ? ""
      : `<line x1="${x(value)}" x2="${x(value)}" y1="2" y2="36" stroke="${css("muted")}" stroke-width="1.5"${dash}/>`
  const parts = [
    lower === undefined || upper === undefined ? "" : band(lower, upper),
    bound(lower, ""),
    bound(upper, ' stroke-dasharray="4 3"'),
    interval === undefined
      ? ""
      : `<path d="M${x(interval.low)} 12H${x(interval.high)}${end(interval.low, x)}${end(interval.high, x)}" stroke="${colour}" stroke-width="2" fill="none"/>`,
    `<path d="M${x(mean)} 6l5 6l-5 6l-5 -6z" fill="${colour}"/>`,
    ...values.map(
      ({ seed, value }) =>
        `<circle cx="${x(value)}" cy="27" r="3.6" fill="${css("ink")}" fill-opacity="0.55"><title>seed ${seed}: ${figure(value)}</title></circle>`,
    ),
    `<text x="${EDGE}" y="49" font-size="11" fill="${css("muted")}">${figure(scale.low, 2)}</text>`,
    `<text x="${WIDTH - EDGE}" y="49" text-anchor="end" font-size="11" fill="${css("muted")}">${figure(scale.high, 2)}</text>`,
  ]
  // An interval that goes beyond the range has no end there.
  function end(value: number, at: typeof x): string {
    return value < scale.low || value > scale.high ? "" : `M${at(value)} 7v10`
  }
  return markup(
    `<svg class="forest" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(alternative(row))}">${parts.join("")}</svg>`,
  )
}

function alternative({ values, interval, mean, lower, upper }: ScoreRow): string {
  const seeds = values.map(({ seed, value }) => `seed ${seed} ${figure(value)}`).join(", ")
  const within =
    interval === undefined ? "no interval" : `${figure(interval.low)} to ${figure(interval.high)}`
  const bounds = [
    ...(lower === undefined ? [] : [`lower bound ${figure(lower)}`]),
    ...(upper === undefined ? [] : [`upper bound ${figure(upper)}`]),
  ]
  return `Mean ${figure(mean)}, interval ${within}; ${[...bounds, seeds].join(", ")}.`
}
