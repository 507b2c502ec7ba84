import fc from "fast-check"
import { expect, test } from "vitest"
import { axis, zipped } from "../../contracts/axis.ts"
import type { JsonObject } from "../../contracts/json.ts"
import type { Mistake } from "../../contracts/mistake.ts"
import { expand } from "./expand.ts"

function points(arm: unknown): { labels: string[]; json: JsonObject[]; mistakes: Mistake[] } {
  const mistakes: Mistake[] = []
  const all = expand(arm as JsonObject, ["arms", "gan"], mistakes)
  return { labels: all.map((point) => point.label), json: all.map((point) => point.json), mistakes }
}

test("an arm without axes is its own only point, without a label", () => {
  const { labels, json } = points({ use: "translate" })
  expect(labels).toEqual([""])
  expect(json).toEqual([{ use: "translate" }])
})

test("several axes are crossed in path order, the first slowest", () => {
  const { labels, json } = points({ b: axis(1, 2), a: { x: axis("p", "q") } })
  expect(labels).toEqual(["a.x=p,b=1", "a.x=p,b=2", "a.x=q,b=1", "a.x=q,b=2"])
  expect(json[2]).toEqual({ b: 1, a: { x: "q" } })
})

test("zipped axes advance together beside crossed ones", () => {
  const arm = {
    field: zipped("capacity", axis(7, 16)),
    width: zipped("capacity", axis(22, 16)),
    lr: axis(1, 2),
  }
  const { labels } = points(arm)
  expect(labels).toEqual([
    "field=7,lr=1,width=22",
    "field=7,lr=2,width=22",
    "field=16,lr=1,width=16",
    "field=16,lr=2,width=16",
  ])
})

test("labels stand for values, and a plug-in without a label goes by its name", () => {
  expect(points({ g: axis({ small: { use: "net", width: 8 }, big: { use: "net" } }) }).labels).toEqual([
    "g=small",
    "g=big",
  ])
  expect(points({ g: { axis: [{ use: "net" }, { use: "resnet" }] } }).labels).toEqual(["g=net", "g=resnet"])
})

test("values in lists, and whole lists, can be varied", () => {
  expect(points({ losses: [{ weight: axis(1, 2) }] }).labels).toEqual([
    "losses.0.weight=1",
    "losses.0.weight=2",
  ])
  const { json } = points({ losses: axis({ one: [1], two: [1, 2] }) })
  expect(json).toEqual([{ losses: [1] }, { losses: [1, 2] }])
})

test("the values of an axis may hold axes", () => {
  const nets = axis({ plain: { use: "net" }, normed: { use: "net", norm: axis("batch", "instance") } })
  const { labels, json } = points({ g: nets })
  expect(labels).toEqual(["g=plain", "g=normed,g.norm=batch", "g=normed,g.norm=instance"])
  expect(json[2]).toEqual({ g: { use: "net", norm: "instance" } })
})

test("a path of a point leads back to where it was written", () => {
  const nets = axis({ plain: { use: "net" }, normed: { use: "net", norm: axis("batch", "instance") } })
  const [, , last] = expand({ g: nets, losses: [{ weight: axis(1) }] } as unknown as JsonObject, [], [])
  expect(last!.written(["g", "norm"])).toEqual(["g", "axis", 1, "norm", "axis", 1])
  expect(last!.written(["g", "width"])).toEqual(["g", "axis", 1, "width"])
  expect(last!.written(["losses", 0, "weight"])).toEqual(["losses", 0, "weight", "axis", 0])
  expect(last!.written(["batch"])).toEqual(["batch"])
})

test("more points than anybody means are refused before they are made", () => {
  const many = { axis: Array.from({ length: 200 }, (_, index) => index) }
  const { labels, mistakes } = points({ a: many, b: many, c: many })
  expect(labels).toEqual([])
  expect(mistakes).toEqual([
    {
      path: ["arms", "gan"],
      message: "expected axes of at most 10000 points in all but got 8000000; zip some of them",
    },
  ])
})

test("an axis that is not one is a mistake at its place", () => {
  expect(points({ a: { axis: 5 } }).mistakes).toEqual([
    { path: ["arms", "gan", "a"], message: 'expected a list of values as "axis" but got 5' },
  ])
  expect(points({ a: { axis: [5], label: ["x"] } }).mistakes).toEqual([
    {
      path: ["arms", "gan", "a"],
      message: 'an axis has the keys "axis", "labels" and "zip" but got "label"; remove it',
    },
  ])
})

test("crossed axes give every combination once, whatever the order of the keys", () => {
  const arm = fc.dictionary(
    fc.constantFrom("a", "b", "c", "d"),
    fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 }),
  )
  fc.assert(
    fc.property(arm, (lists) => {
      const axes = Object.fromEntries(Object.entries(lists).map(([key, values]) => [key, { axis: values }]))
      const { labels } = points(axes)
      const size = Object.values(lists).reduce((product, values) => product * values.length, 1)
      expect(new Set(labels).size).toBe(size)
      expect(labels).toHaveLength(size)
      const reversed = Object.fromEntries(Object.entries(axes).reverse())
      expect(points(reversed).labels).toEqual(labels)
    }),
  )
})

test("axes within axes are refused as soon as there are more points than anybody means", () => {
  const many = (make: (index: number) => unknown) => ({
    axis: Array.from({ length: 100 }, (_, index) => make(index)),
  })
  const inner = many((index) => index)
  // A million points, each of which would be made before they are counted.
  const { labels, mistakes } = points({ part: many((index) => ({ name: index, one: inner, two: inner })) })
  expect(labels).toEqual([])
  expect(mistakes.map(({ message }) => message)).toEqual([
    "expected axes of at most 10000 points in all but got more; zip some of them",
  ])
})
