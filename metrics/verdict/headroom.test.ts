import type { MetricOutput } from "@saddlepoint/core/contracts/metric"
import { expect, test } from "vitest"
import { headroomOf } from "./headroom.ts"

const output = (name: string, higherIsBetter: boolean): MetricOutput => ({
  name,
  higherIsBetter,
  unit: "",
  range: [0, 100],
})

test("a metric that orders real, degraded and trivial images has headroom, in either direction", () => {
  expect(headroomOf(output("fid", false), { real: 0.4, degraded: 25, trivial: 61.45678 })).toEqual({
    headroom: true,
    sentence:
      "fid orders real, blurred and trivial images as it should on this dataset (real 0.4, blurred 25, trivial 61.46).",
  })
  expect(headroomOf(output("ssim", true), { real: 1, degraded: 0.2, trivial: 0.1 }).headroom).toBe(true)
})

test("a metric that rates a worse image no worse has none, and the sentence says which", () => {
  expect(headroomOf(output("fid", false), { real: 1, degraded: 3, trivial: 2 }).sentence).toBe(
    "No headroom: fid rates trivial images no worse than blurred ones (real 1, blurred 3, trivial 2).",
  )
  expect(headroomOf(output("ssim", true), { real: 0.5, degraded: 0.5, trivial: 0.1 })).toEqual({
    headroom: false,
    sentence:
      "No headroom: ssim rates blurred images no worse than real ones (real 0.5, blurred 0.5, trivial 0.1).",
  })
  expect(headroomOf(output("fid", false), { real: 3, degraded: 4, trivial: 2 }).headroom).toBe(false)
})

test("class accuracy needs trivial images at least 0.3 below real images, blurred ones anywhere below", () => {
  const classAccuracy = output("classAccuracy", true)
  expect(headroomOf(classAccuracy, { real: 0.87, degraded: 0.12, trivial: 0.13 }).headroom).toBe(true)
  expect(headroomOf(classAccuracy, { real: 0.99, degraded: 0.5, trivial: 0.71 })).toEqual({
    headroom: false,
    sentence:
      "No headroom: classAccuracy of trivial images is only 0.28 below real images, 0.3 is needed (real 0.99, blurred 0.5, trivial 0.71).",
  })
})

test("a control that is not finite leaves no headroom", () => {
  expect(headroomOf(output("fid", false), { real: 1, degraded: Number.NaN, trivial: 2 }).headroom).toBe(false)
})
