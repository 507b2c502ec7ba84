import { expect, test } from "vitest"
import { parameterNames, specParameters } from "./specParameters.ts"

const spec = {
  use: "pix2pix",
  losses: [{ use: "l1", weight: 10 }, { use: "l2" }],
  generator: { use: "unet", width: 16, skips: true },
  data: { use: "stripes", size: 32 },
  network: { convolutions: [32, 48], features: [], given: null },
}

test("an arm's parameters are the scalars of its spec, by the paths that --set takes, in a fixed order", () => {
  const { use, ...others } = spec
  const found = specParameters({ kind: "arm", spec, steps: 200, seed: 3 })
  expect([...found]).toEqual([
    ["method.budget.steps", 200],
    ["method.data.size", 32],
    ["method.data.use", "stripes"],
    ["method.generator.skips", true],
    ["method.generator.use", "unet"],
    ["method.generator.width", 16],
    ["method.losses[0].use", "l1"],
    ["method.losses[0].weight", 10],
    ["method.losses[1].use", "l2"],
    ["method.network.convolutions[0]", 32],
    ["method.network.convolutions[1]", 48],
    ["method.use", "pix2pix"],
  ])
  expect([...specParameters({ kind: "arm", spec: { ...others, use }, steps: 200 })]).toEqual([...found])
})

test("a control has no budget, and a judge's parameters and data stand under judge", () => {
  expect([...specParameters({ kind: "control", spec: { use: "real" }, steps: 0 }).keys()]).toEqual([
    "method.use",
  ])
  const judge = { kind: "judge", spec: { use: "segmenter", width: 4 }, dataset: { use: "stripes" }, steps: 3 }
  expect([...specParameters(judge).keys()]).toEqual(["judge.data.use", "judge.use", "judge.width"])
})

test("a preimage that is lost has no parameters", () => {
  expect(specParameters({ kind: "arm" }).size).toBe(0)
})

test("numbers in names are in order of size, and each name stands once", () => {
  const of = (...names: string[]) => new Map(names.map((name) => [name, 1]))
  expect(parameterNames([of("a[10].b", "a[2].b"), of("a[2].b", "a", "a[2]", "b10", "b9")])).toEqual([
    "a",
    "a[2]",
    "a[2].b",
    "a[10].b",
    "b9",
    "b10",
  ])
})

test("keys that would look like a path of several stand in quotes, so that no two parameters have one name", () => {
  const odd = { "a.b": 1, a: { b: 2 }, "x[0]": 3, x: [4], "": 5 }
  expect(Object.fromEntries(specParameters({ kind: "control", spec: odd }))).toEqual({
    'method["a.b"]': 1,
    "method.a.b": 2,
    'method["x[0]"]': 3,
    "method.x[0]": 4,
    'method[""]': 5,
  })
})
