import { type Colour, css } from "../drawing/palette.ts"
import type { Embedding } from "../findings/adaptation/embedding.ts"
import { figure } from "../writing/figure.ts"
import { escaped, type Html, markup } from "../writing/html.ts"

const SIZE = 300
const EDGE = 8

/** Colours of the domains in every panel. */
export const domainColours = { source: "s2", target: "s0" } as const satisfies Record<string, Colour>

/** Points of the source as dots and of the target as crosses, both axes on one scale. */
export function embeddingChart({ arm, source, target, shares }: Embedding): Html {
  const [horizontal, vertical] = [0, 1].map((axis) => rangeOf([source, target], axis)) as [Range, Range]
  const reach = Math.max(horizontal.reach, vertical.reach) || 1
  const place = (value: number, { middle }: Range) =>
    Number((SIZE / 2 + ((value - middle) / reach) * (SIZE / 2 - EDGE)).toFixed(1))
  const marks = (points: Float64Array, mark: (x: number, y: number) => string) =>
    Array.from({ length: points.length / 2 }, (_, at) =>
      mark(
        place(points[2 * at]!, horizontal),
        Number((SIZE - place(points[2 * at + 1]!, vertical)).toFixed(1)),
      ),
    ).join("")
  const dots = marks(source, (x, y) => `M${x} ${y}h0`)
  const crosses = marks(target, (x, y) => `M${x} ${y}m-2 -2l4 4m0 -4l-4 4`)
  const words = `Features of ${arm.label}: ${source.length / 2} source and ${target.length / 2} target images on two principal components with ${figure(100 * (shares[0] + shares[1]), 3)} % of the variance.`
  return markup(
    `<svg class="chart" viewBox="0 0 ${SIZE} ${SIZE}" role="img" aria-label="${escaped(words)}"><rect width="${SIZE}" height="${SIZE}" rx="6" fill="${css("raised")}"/><path d="${dots}" stroke="${css(domainColours.source)}" stroke-width="5" stroke-linecap="round" stroke-opacity="0.7" fill="none"/><path d="${crosses}" stroke="${css(domainColours.target)}" stroke-width="1.3" fill="none"/></svg>`,
  )
}

interface Range {
  readonly middle: number
  readonly reach: number
}

function rangeOf(parts: readonly Float64Array[], axis: number): Range {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const points of parts) {
    for (let at = axis; at < points.length; at += 2) {
      low = Math.min(low, points[at]!)
      high = Math.max(high, points[at]!)
    }
  }
  return { middle: (low + high) / 2, reach: (high - low) / 2 }
}
