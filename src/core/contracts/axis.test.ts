import { expect, test } from "vitest"
import { axis, isAxis, zipped } from "./axis.ts"

test("an axis of plain values has them for names, one of an object has its keys", () => {
  expect(axis(1, 16, 70)).toEqual({ axis: [1, 16, 70] })
  expect(axis({ small: 8, big: 16 })).toEqual({ axis: [8, 16], labels: ["small", "big"] })
})

test("zipped axes keep their values and labels under one name", () => {
  expect(zipped("capacity", axis({ small: 8, big: 16 }))).toEqual({
    axis: [8, 16],
    labels: ["small", "big"],
    zip: "capacity",
  })
})

test("an axis is told by its list of values", () => {
  expect([axis(1), { axis: [] }, { axis: 3 }, {}, null, "axis"].map(isAxis)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ])
})
