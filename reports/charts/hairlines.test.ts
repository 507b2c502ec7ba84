import fc from "fast-check"
import { expect, test } from "vitest"
import { css, standIn } from "../drawing/palette.ts"
import { axisLook, type Behind, chart } from "./chart.ts"
import { type Hairline, hairline, withHairlines } from "./hairlines.ts"

const size = { width: 480, height: 260 }

/** A chart with one series in front, and others behind it as series of their own. */
function drawn(high: number, behind: Behind | undefined, series: readonly object[] = []): string {
  const options = {
    grid: { left: 58, right: 18, top: 12, bottom: 42 },
    xAxis: { ...axisLook, type: "value", min: 0, max: 100 },
    yAxis: { ...axisLook, type: "value", min: -1, max: high },
    series: [
      ...series,
      { type: "line", symbol: "none", data: [[0, 0]], lineStyle: { color: standIn("ink"), width: 2 }, z: 3 },
    ],
  }
  return chart("test", options, size, "lines", behind).html
}

type Point = readonly [number, number]

function hairlineOf({
  points,
  colour,
}: {
  readonly points: readonly Point[]
  readonly colour: Hairline["colour"]
}): Hairline {
  return {
    line: { x: Float64Array.from(points, ([x]) => x), y: Float64Array.from(points, ([, y]) => y) },
    colour,
  }
}

const line = fc.record({
  points: fc.array(
    fc.tuple(fc.double({ min: 0, max: 100, noNaN: true }), fc.double({ min: -3, max: 12, noNaN: true })),
    { minLength: 1, maxLength: 30 },
  ),
  colour: fc.constantFrom<Hairline["colour"]>("s0", "s5"),
})

test("thin lines are the bytes that the library draws of a series for each", () => {
  const highest = fc.double({ min: 0, max: 1000, noNaN: true })
  fc.assert(
    fc.property(fc.array(line, { maxLength: 4 }), highest, (lines, high) => {
      const series = lines.map(({ points, colour }) => ({
        type: "line",
        symbol: "none",
        data: points,
        lineStyle: { color: standIn(colour), ...hairline },
        z: 2,
      }))
      const behind = { lines: lines.map(hairlineOf), low: [0, -1], high: [100, high] } as const
      expect(drawn(high, behind)).toBe(drawn(high, undefined, series))
    }),
    { numRuns: 60 },
  )
})

test("clip paths that are there already make room", () => {
  const field = {
    low: { at: [0, 0], pixel: [10, 110] },
    high: { at: [1, 1], pixel: [210, 10] },
  } as const
  const before = '<g clip-path="url(#a-c0)">\n</g>\n<defs >\n<clipPath id="a-c0">\n</clipPath>\n</defs>'
  const points = [
    [0, 0],
    [0.5, 1],
  ] as const
  const after = withHairlines(before, "a", [hairlineOf({ points, colour: "s1" })], field)
  expect(after).toContain(`url(#a-c0)">\n<path d="M10 110L110 10" fill="none"`)
  expect(after).toContain(`stroke="${css("s1")}"`)
  expect(after).toContain('<g clip-path="url(#a-c1)">\n</g>')
  expect(after.match(/<clipPath id="[^"]*"/g)).toEqual(['<clipPath id="a-c0"', '<clipPath id="a-c1"'])
})
