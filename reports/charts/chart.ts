import { LineChart, ScatterChart } from "echarts/charts"
import { GraphicComponent, GridComponent, MarkLineComponent } from "echarts/components"
import { type EChartsCoreOption, init, use } from "echarts/core"
import { SVGRenderer } from "echarts/renderers"
import { standIn, themed } from "../drawing/palette.ts"
import { escaped, type Html, markup } from "../writing/html.ts"
import { type Field, type Hairline, withHairlines } from "./hairlines.ts"

use([LineChart, ScatterChart, GridComponent, GraphicComponent, MarkLineComponent, SVGRenderer])

/** System fonts, as in the page; SVG text takes its size from here. */
export const chartText = {
  fontFamily: "system-ui, sans-serif",
  fontSize: 12,
  color: standIn("muted"),
} as const

/** Lines and labels of an axis in the page's quiet grey. */
export const axisLook = {
  axisLine: { lineStyle: { color: standIn("line") } },
  axisTick: { lineStyle: { color: standIn("line") } },
  splitLine: { lineStyle: { color: standIn("line"), width: 0.6 } },
  axisLabel: chartText,
  nameTextStyle: chartText,
} as const

/**
 * Draws a chart as inline SVG without a browser, scaled to its container, with a text alternative.
 * The same options give the same bytes: counters that the library numbers its elements with are replaced.
 * @param id unique in the page
 * @param behind thin lines behind the series, of which there is at least one
 */
export function chart(
  id: string,
  options: EChartsCoreOption,
  size: { readonly width: number; readonly height: number },
  alternative: string,
  behind?: Behind,
): Html {
  const instance = init(null, null, { renderer: "svg", ssr: true, ...size })
  instance.setOption({ animation: false, backgroundColor: "transparent", textStyle: chartText, ...options })
  const drawn = instance.renderToSVGString()
  const field =
    behind && fieldOf(behind, (at) => instance.convertToPixel({ gridIndex: 0 }, [...at]) as number[])
  instance.dispose()
  const body = drawn
    .slice(drawn.indexOf(">") + 1)
    .replace(/<style[\s\S]*?<\/style>/g, "")
    .replace(/ class="zr[^"]*"/g, "")
    .replace(/ ecmeta_[a-z_]+="[^"]*"/g, "")
    .replace(/zr\d+-/g, `${id}-`)
  const label = escaped(alternative)
  const opening = `<svg class="chart" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${label}">`
  const themedBody = themed(body)
  return markup(
    `${opening}${field === undefined ? themedBody : withHairlines(themedBody, id, behind!.lines, field)}`,
  )
}

/** Thin lines and the two corners of the field that they lie in, in the chart's units. */
export interface Behind {
  readonly lines: readonly Hairline[]
  readonly low: Field["low"]["at"]
  readonly high: Field["high"]["at"]
}

function fieldOf({ low, high }: Behind, pixelOf: (at: Field["low"]["at"]) => readonly number[]): Field {
  const corner = (at: Field["low"]["at"]) => {
    const [x, y] = pixelOf(at)
    return { at, pixel: [x!, y!] as const }
  }
  return { low: corner(low), high: corner(high) }
}
