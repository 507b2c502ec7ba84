import type { Verdict } from "@saddlepoint/metrics/verdict/verdict"
import { css } from "../drawing/palette.ts"
import { figure, signed } from "../writing/figure.ts"
import { escaped, type Html, markup } from "../writing/html.ts"

const WIDTH = 300
const HEIGHT = 64
const EDGE = 14

/** The scale that all comparisons on one metric share. */
export interface ForestScale {
  readonly low: number
  readonly high: number
}

/** Zero, all intervals, all seeds and all margins lie inside. */
export function forestScale(verdicts: readonly Verdict[]): ForestScale {
  const values = verdicts.flatMap(({ low, high, margin, differences }) => [
    ...(low === null || high === null ? [] : [low, high]),
    ...(margin === null ? [] : [-margin, margin]),
    ...differences.map(({ difference }) => difference),
  ])
  const low = Math.min(0, ...values)
  const high = Math.max(0, ...values)
  return low === high ? { low: -1, high: 1 } : { low, high }
}

/** One comparison: the margin as a band, zero as a line, the interval with its mean, and every seed as a dot below. */
export function forestPlot(verdict: Verdict, scale: ForestScale): Html {
  const { difference, low, high, margin, differences, outcome } = verdict
  const x = (value: number) =>
    Number((EDGE + ((value - scale.low) / (scale.high - scale.low)) * (WIDTH - 2 * EDGE)).toFixed(2))
  const colour = css(outcome === "better" ? "good" : outcome === "worse" ? "bad" : "ink")
  const parts = [
    margin === null
      ? ""
      : `<rect x="${x(-margin)}" y="4" width="${Number((x(margin) - x(-margin)).toFixed(2))}" height="40" fill="${css("band")}"/>`,
    `<line x1="${x(0)}" x2="${x(0)}" y1="2" y2="46" stroke="${css("muted")}" stroke-width="1"/>`,
    low === null || high === null
      ? ""
      : `<path d="M${x(low)} 16H${x(high)}M${x(low)} 11v10M${x(high)} 11v10" stroke="${colour}" stroke-width="2" fill="none"/>`,
    difference === null ? "" : `<path d="M${x(difference)} 9.5l5 6.5l-5 6.5l-5 -6.5z" fill="${colour}"/>`,
    ...differences.map(
      (seed) =>
        `<circle cx="${x(seed.difference)}" cy="34" r="3.6" fill="${css("ink")}" fill-opacity="0.55"><title>seed ${seed.seed}: ${signed(seed.difference)}</title></circle>`,
    ),
    ...ticks(scale).map(
      (value) =>
        `<text x="${x(value)}" y="60" text-anchor="${anchor(x(value))}" font-size="11" fill="${css("muted")}">${signed(value, 2)}</text>`,
    ),
  ]
  return markup(
    `<svg class="forest" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(alternative(verdict))}">${parts.join("")}</svg>`,
  )
}

/** Labels near an edge grow inwards. */
function anchor(x: number): "start" | "middle" | "end" {
  if (x < 32) return "start"
  return x > WIDTH - 32 ? "end" : "middle"
}

/** The ends of the scale and zero, without those that would overlap zero's label. */
function ticks({ low, high }: ForestScale): number[] {
  const range = high - low
  return [...(low < -0.22 * range ? [low] : []), 0, ...(high > 0.22 * range ? [high] : [])]
}

function alternative({ difference, low, high, margin, differences }: Verdict): string {
  if (difference === null || low === null || high === null)
    return "No interval: fewer than two comparable pairs."
  const seeds = differences.map((each) => `seed ${each.seed} ${signed(each.difference)}`).join(", ")
  const band = margin === null ? "no margin" : `margin ±${figure(margin)}`
  return `Mean difference ${signed(difference)}, interval ${signed(low)} to ${signed(high)}, ${band}; ${seeds}.`
}
