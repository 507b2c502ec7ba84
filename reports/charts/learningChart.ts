import { seriesColour, seriesDash, standIn } from "../drawing/palette.ts"
import type { Arm } from "../findings/study.ts"
import { figure } from "../writing/figure.ts"
import type { Html } from "../writing/html.ts"
import { axisLook, chart, chartText } from "./chart.ts"
import type { Line } from "./hairlines.ts"
import { tick } from "./tick.ts"

const SIZE = { width: 480, height: 260 }
const GRID = { left: 58, right: 18, top: 12, bottom: 42 }
/** Points of a drawn line; each is the mean of consecutive reported steps. */
const BINS = 60

type Point = readonly [step: number, value: number]

/** One loss over the steps, for all arms that report it: a thin line for every seed, a thick one for their mean. */
export function learningChart(
  id: string,
  key: string,
  arms: readonly Arm[],
): { readonly svg: Html; readonly clipped: boolean } {
  const traces = arms.flatMap((arm) => {
    const seeds = arm.trials.flatMap(({ status, curves: { steps, losses } }) => {
      const values = losses.get(key)
      return values === undefined ? [] : [{ diverged: status === "diverged", steps, values }]
    })
    return seeds.length === 0 ? [] : [{ arm, seeds }]
  })
  const last = Math.max(...traces.flatMap(({ seeds }) => seeds.map(lastStep)), 1)
  const curves = traces.map(({ arm, seeds }) => ({
    arm,
    seeds: seeds.map((seed) => ({ diverged: seed.diverged, line: binned([seed], last) })),
    mean: pointsOf(binned(seeds, last)),
  }))
  const sorted = joined(curves.flatMap(({ seeds }) => seeds.map(({ line }) => line.y))).sort()
  const quantile = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0
  const [lowest, highest] = [sorted[0] ?? 0, sorted.at(-1) ?? 1]
  // A few early or exploding values must not flatten everything else.
  const middle = quantile(0.98) - quantile(0.02) || Math.abs(highest) || 1
  const low = Math.max(lowest, quantile(0.02) - 0.3 * middle)
  const high = Math.min(highest, quantile(0.98) + 0.3 * middle)
  const air = 0.05 * (high - low || 1)

  const svg = chart(
    id,
    {
      grid: GRID,
      xAxis: {
        ...axisLook,
        axisLine: { ...axisLook.axisLine, onZero: false },
        type: "value",
        min: 0,
        max: last,
        name: "step",
        nameLocation: "middle",
        nameGap: 26,
        splitLine: { show: false },
      },
      yAxis: {
        ...axisLook,
        axisLine: { show: false },
        axisTick: { show: false },
        type: "value",
        min: low - air,
        max: high + air,
        axisLabel: {
          ...chartText,
          showMinLabel: false,
          showMaxLabel: false,
          formatter: (y: number) => tick(y, high - low + 2 * air),
        },
      },
      series: curves.flatMap(({ arm, seeds, mean }) => {
        const color = standIn(seriesColour(arm.colour))
        return [
          {
            type: "line",
            symbol: "none",
            data: mean,
            lineStyle: { color, width: 2, type: seriesDash(arm.colour) },
            z: 3,
          },
          {
            type: "scatter",
            symbol: "path://M0,1L1,0L5,4L9,0L10,1L6,5L10,9L9,10L5,6L1,10L0,9L4,5Z",
            symbolSize: 9,
            itemStyle: { color },
            data: seeds.flatMap(({ diverged, line: { x, y } }) =>
              diverged ? [[x.at(-1)!, Math.min(high, Math.max(low, y.at(-1)!))]] : [],
            ),
            z: 4,
          },
        ]
      }),
    },
    SIZE,
    `${key} over ${last} steps, means over seeds, first and last: ${curves
      .map(({ arm, mean }) => `${arm.label} ${figure(mean[0]![1])} to ${figure(mean.at(-1)![1])}`)
      .join("; ")}.`,
    {
      lines: curves.flatMap(({ arm, seeds }) =>
        seeds.map(({ line }) => ({ line, colour: seriesColour(arm.colour) })),
      ),
      low: [0, low - air],
      high: [last, high + air],
    },
  )
  return { svg, clipped: lowest < low || highest > high }
}

/** A loss's values by step, NaN where it was not reported; steps count over all stages. */
interface Trace {
  readonly steps: readonly number[]
  readonly values: readonly number[]
}

function lastStep({ steps, values }: Trace): number {
  return steps[values.findLastIndex(Number.isFinite)]!
}

/** Means over equal stretches of steps, of all traces together. */
function binned(traces: readonly Trace[], last: number): Line {
  const [stepSums, valueSums, counts] = [
    new Float64Array(BINS),
    new Float64Array(BINS),
    new Float64Array(BINS),
  ]
  for (const { steps, values } of traces) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!
      if (!Number.isFinite(value)) continue
      const bin = Math.min(BINS - 1, Math.floor((steps[i]! / (last + 1)) * BINS))
      stepSums[bin]! += steps[i]!
      valueSums[bin]! += value
      counts[bin]! += 1
    }
  }
  const seen = [...counts.keys()].filter((bin) => counts[bin]! > 0)
  return {
    x: Float64Array.from(seen, (bin) => round(stepSums[bin]! / counts[bin]!)),
    y: Float64Array.from(seen, (bin) => round(valueSums[bin]! / counts[bin]!)),
  }
}

function pointsOf({ x, y }: Line): Point[] {
  return Array.from(x, (step, i) => [step, y[i]!])
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

const round = (value: number) => Number(value.toPrecision(5))
