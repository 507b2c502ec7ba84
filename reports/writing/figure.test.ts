import { expect, test } from "vitest"
import { duration, figure, grouped, listed, pFigure, signed } from "./figure.ts"

test("numbers keep three significant digits and a typographic minus", () => {
  expect([12.345, -0.0012345, 1234.5, 0, 1e-7, Number.NaN].map((value) => figure(value))).toEqual([
    "12.3",
    "−0.00123",
    "1235",
    "0",
    "1.00e−7",
    "–",
  ])
  expect([signed(2), signed(-2), signed(0)]).toEqual(["+2.00", "−2.00", "0"])
})

test("p values, durations, counts and lists read as in a sentence", () => {
  expect([pFigure(0.01234), pFigure(0.00001)]).toEqual(["0.012", "< 0.0001"])
  expect([4.21, 42.4, 185, 7440].map(duration)).toEqual(["4.2 s", "42 s", "3 min 5 s", "2 h 4 min"])
  expect(grouped(1234567)).toBe("1\u202f234\u202f567")
  expect([listed(["a"]), listed(["a", "b", "c"])]).toEqual(["a", "a, b and c"])
})
