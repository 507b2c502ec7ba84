import { LineChart, ScatterChart } from "echarts/charts"
import { GraphicComponent, GridComponent, MarkLineComponent } from "echarts/components"
import { type EChartsCoreOption, init, use } from "echarts/core"
import { SVGRenderer } from "echarts/renderers"
import { standIn, themed } from "../drawing/palette.ts"
import { escaped, type Html, markup } from "../writing/html.ts"

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
 */
export function chart(
  id: string,
  options: EChartsCoreOption,
  size: { readonly width: number; readonly height: number },
  alternative: string,
): Html {
  const instance = init(null, null, { renderer: "svg", ssr: true, ...size })
  instance.setOption({ animation: false, backgroundColor: "transparent", textStyle: chartText, ...options })
  const drawn = instance.renderToSVGString()
  instance.dispose()
  const body = drawn
    .slice(drawn.indexOf(">") + 1)
    .replace(/<style[\s\S]*?<\/style>/g, "")
    .replace(/ class="zr[^"]*"/g, "")
    .replace(/ ecmeta_[a-z_]+="[^"]*"/g, "")
    .replace(/zr\d+-/g, `${id}-`)
  const label = escaped(alternative)
  return markup(
    `<svg class="chart" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${label}">${themed(body)}`,
  )
}
