import type { MetricOutput } from "@saddlepoint/core/contracts/metric"
import { mean, meanInterval } from "@saddlepoint/metrics/maths/statistics/mean"
import { type Colour, seriesColour, standIn } from "../drawing/palette.ts"
import { type Arm, direction, valuesOf } from "../findings/study.ts"
import { figure } from "../writing/figure.ts"
import type { Html } from "../writing/html.ts"
import { axisLook, chart, chartText } from "./chart.ts"
import { tick } from "./tick.ts"

/** A horizontal line to compare the curve with. */
export interface Reference {
  readonly label: string
  readonly value: number
  readonly colour: Colour
  readonly dash: "solid" | "dashed" | "dotted"
}

/** A curve: arms of one family that differ in one field only. */
export interface Curve {
  readonly label: string
  readonly points: readonly { readonly x: number; readonly text: string; readonly arm: Arm }[]
}

const SIZE = { width: 500, height: 300 }
const GRID = { left: 58, right: 118, top: 14, bottom: 46 }
/** A reference is left out where it would squeeze the seeds into less than a third of the height. */
const MOST_STRETCH = 3

/** The curve of one metric over one varied field; also says which references lie too far off to be drawn. */
export function ablationChart(
  id: string,
  output: MetricOutput,
  axis: { readonly words: string; readonly logarithmic: boolean },
  curves: readonly Curve[],
  references: readonly Reference[],
): { readonly svg: Html; readonly left: readonly Reference[] } {
  const scale = (x: number) => (axis.logarithmic ? Math.log2(x) : x)
  const points = curves.flatMap((curve) => curve.points)
  const marks = new Map(points.map(({ x, text }) => [scale(x), text]))
  const xs = [...marks.keys()].sort((a, b) => a - b)
  const xRange = Math.max(xs.at(-1)! - xs[0]!, 1e-9)

  const summaries = curves.map((curve) => ({
    label: curve.label,
    points: curve.points.flatMap(({ x, text, arm }) => {
      const values = valuesOf(arm, output.name)
      if (values.length === 0) return []
      const numbers = values.map(({ value }) => value)
      const interval =
        numbers.length < 2
          ? { mean: numbers[0]!, low: numbers[0]!, high: numbers[0]! }
          : meanInterval(numbers, 0.05)
      return [{ x: scale(x), text, arm, values, interval }]
    }),
  }))
  const drawn = summaries.flatMap((curve) => curve.points)
  const own = [
    ...drawn.flatMap(({ values, interval }) => [
      interval.low,
      interval.high,
      ...values.map(({ value }) => value),
    ]),
    ...references.filter(({ dash }) => dash === "solid").map(({ value }) => value),
  ]
  let low = Math.min(...own)
  let high = Math.max(...own)
  const natural = high - low || Math.abs(high) || 1
  const kept: Reference[] = []
  const left: Reference[] = []
  for (const reference of references) {
    const stretched = Math.max(high, reference.value) - Math.min(low, reference.value)
    if (stretched > MOST_STRETCH * natural) left.push(reference)
    else {
      kept.push(reference)
      low = Math.min(low, reference.value)
      high = Math.max(high, reference.value)
    }
  }
  const air = 0.06 * (high - low || natural)
  const [bottom, top] = [low - air, high + air]
  const height = SIZE.height - GRID.top - GRID.bottom
  const pixel = (value: number) => GRID.top + ((top - value) / (top - bottom)) * height

  const seedColours = drawn.flatMap(({ arm, values }) => values.map(() => standIn(seriesColour(arm.colour))))
  const svg = chart(
    id,
    {
      grid: GRID,
      xAxis: {
        ...axisLook,
        axisLine: { ...axisLook.axisLine, onZero: false },
        type: "value",
        min: xs[0]! - 0.08 * xRange,
        max: xs.at(-1)! + 0.08 * xRange,
        name: `${axis.words}${axis.logarithmic ? " (log scale)" : ""}`,
        nameLocation: "middle",
        nameGap: 28,
        splitLine: { show: false },
        axisTick: { ...axisLook.axisTick, customValues: xs },
        axisLabel: {
          ...chartText,
          customValues: xs,
          formatter: (x: number) => nearest(marks, x),
          hideOverlap: true,
        },
      },
      yAxis: {
        ...axisLook,
        axisLine: { show: false },
        axisTick: { show: false },
        type: "value",
        min: bottom,
        max: top,
        axisLabel: {
          ...chartText,
          showMinLabel: false,
          showMaxLabel: false,
          formatter: (y: number) => tick(y, top - bottom),
        },
      },
      series: [
        ...summaries.flatMap((curve, index) => [
          {
            type: "line",
            symbol: "none",
            data: curve.points.map(({ x, interval }) => [x, interval.mean]),
            lineStyle: { color: standIn("muted"), width: 1.5, type: index === 0 ? "solid" : "dashed" },
            z: 2,
          },
          ...curve.points.flatMap(({ x, arm, interval }) => {
            const colour = standIn(seriesColour(arm.colour))
            return [
              {
                type: "line",
                symbol: "none",
                data: [
                  [x, interval.low],
                  [x, interval.high],
                ],
                lineStyle: { color: colour, width: 2.5, opacity: 0.55 },
                z: 3,
              },
            ]
          }),
        ]),
        {
          type: "scatter",
          symbolSize: 6.5,
          itemStyle: {
            color: ({ dataIndex }: { readonly dataIndex: number }) => seedColours[dataIndex]!,
            borderColor: standIn("surface"),
            borderWidth: 1,
          },
          // Seeds stand side by side, so that equal values do not hide each other.
          data: drawn.flatMap(({ x, values }) =>
            values.map(({ value }, i) => [x + (i - (values.length - 1) / 2) * 0.012 * xRange, value]),
          ),
          z: 4,
        },
        {
          type: "scatter",
          symbol: "rect",
          symbolSize: [16, 2.5],
          itemStyle: { color: standIn("ink") },
          data: drawn.map(({ x, interval }) => [x, interval.mean]),
          z: 5,
        },
        {
          type: "line",
          data: [],
          lineStyle: { color: standIn("muted") },
          markLine: {
            silent: true,
            symbol: "none",
            label: { show: false },
            data: kept.map(({ value, colour, dash }) => ({
              yAxis: value,
              lineStyle: { color: standIn(colour), width: 1.5, type: dash },
            })),
          },
        },
      ],
      graphic: spaced(kept.map((reference) => ({ reference, y: pixel(reference.value) }))).map(
        ({ reference, y }) => ({
          type: "text",
          silent: true,
          x: SIZE.width - GRID.right + 6,
          y,
          style: {
            text: `${reference.label} ${figure(reference.value)}`,
            font: `12px ${chartText.fontFamily}`,
            fill: standIn(reference.colour),
            verticalAlign: "middle",
          },
        }),
      ),
    },
    SIZE,
    alternative(output, axis.words, summaries, references),
  )
  return { svg, left }
}

function nearest(marks: ReadonlyMap<number, string>, x: number): string {
  for (const [at, text] of marks) if (Math.abs(at - x) < 1e-6) return text
  return ""
}

/** Moves labels apart, in order of height, by at least one line. */
function spaced<T extends { readonly y: number }>(labels: readonly T[]): T[] {
  let last = Number.NEGATIVE_INFINITY
  const down = labels
    .toSorted((a, b) => a.y - b.y)
    .map((label) => {
      last = Math.max(label.y, last + 14)
      return { ...label, y: last }
    })
  let next = SIZE.height - GRID.bottom + 8
  return down.toReversed().map((label) => {
    next = Math.min(label.y, next)
    const moved = { ...label, y: next }
    next -= 14
    return moved
  })
}

function alternative(
  output: MetricOutput,
  words: string,
  curves: readonly {
    readonly label: string
    readonly points: readonly { text: string; values: readonly { value: number }[] }[]
  }[],
  references: readonly Reference[],
): string {
  const said = curves.map(
    ({ label, points }) =>
      `${label}: ${points.map(({ text, values }) => `${text} gives ${figure(mean(values.map(({ value }) => value)))}`).join(", ")}`,
  )
  const lines = references.map(({ label, value }) => `${label} ${figure(value)}`)
  return `${output.name} (${direction(output)}) by ${words}, means over seeds. ${said.join("; ")}. ${lines.length > 0 ? `For comparison: ${lines.join(", ")}.` : ""}`
}
