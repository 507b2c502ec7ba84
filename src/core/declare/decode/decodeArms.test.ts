import { expect, test } from "vitest"
import type { JsonObject } from "../../contracts/json.ts"
import { armOf, domainsPlugin, everyAnswer, methodOf } from "../../testing/answerKinds.ts"
import { refusals } from "../../testing/refusals.ts"
import { decodeDefinition } from "./decode.ts"

function sentences(arm: JsonObject): string[] {
  const definition = {
    name: "fields",
    question: "Does the dataset have what is required?",
    arms: { one: arm },
    metrics: [{ use: "distance" }],
    compare: [],
    seeds: 1,
    budget: { steps: 1 },
  }
  return refusals(() => decodeDefinition(definition, everyAnswer))
}

test("a method on images takes a dataset of labelled images: what it does not require it does not see", () => {
  expect(sentences({ ...armOf("samples"), data: { use: "digits" } })).toEqual([])
  expect(sentences({ ...armOf("samples"), data: { use: "scenes" } })).toEqual([])
})

test("a method of pairs takes pairs with label maps", () => {
  expect(sentences({ ...armOf("pairs"), data: { use: "tiles" } })).toEqual([])
})

test("a field that is missing is one sentence, with what is given instead", () => {
  expect(sentences({ ...armOf("samples"), data: { use: "horses" } })).toEqual([
    'arms.one.data: "toSamples" needs the field image but "horses" gives A.image, B.image; choose another dataset',
  ])
})

test("several fields that are missing are one sentence, each with what it must be", () => {
  expect(sentences({ ...armOf("pairs"), data: { use: "digits" } })).toEqual([
    'arms.one.data: "toPairs" needs the fields input (image), target (image) but "digits" gives image, label; choose another dataset',
  ])
})

test("a field of another kind is missing, whatever its name", () => {
  const { build } = methodOf.samples
  const labelMaps = {
    ...methodOf.samples,
    build: (parts: unknown) => ({ ...build(parts), requires: { label: "labelMap" as const } }),
  }
  const plugins = new Map([...everyAnswer, ["method/toSamples", labelMaps as never]])
  const definition = {
    name: "kinds",
    question: "Is a class a label map?",
    arms: { one: armOf("samples") },
    metrics: [{ use: "distance" }],
    compare: [],
    seeds: 1,
    budget: { steps: 1 },
  }
  expect(() => decodeDefinition(definition, plugins)).toThrow(
    'arms.one.data: "toSamples" needs the field label (labelMap) but "digits" gives image, label; choose another dataset',
  )
})

test("a dataset that lacks a field at one point of an axis is told with that point's place", () => {
  const data = { axis: [{ use: "digits" }, { use: "horses" }] }
  expect(sentences({ ...armOf("samples"), data })).toEqual([
    'arms.one.data.axis.1: "toSamples" needs the field image but "horses" gives A.image, B.image; choose another dataset',
  ])
})

test("an oracle is refused where the target has no labels, before anything is looked at", () => {
  const { build } = methodOf.classes
  const choosing = {
    ...methodOf.classes,
    build: (parts: unknown) => ({ ...build(parts), selection: "targetOracle" as const }),
  }
  const unlabelled = {
    ...domainsPlugin,
    build: (options: unknown) => ({ ...domainsPlugin.build(options), labels: false }),
  }
  const definition = {
    name: "oracle",
    question: "Who tells the oracle?",
    arms: { one: armOf("classes") },
    metrics: [{ use: "recognition" }],
    compare: [],
    seeds: 1,
    budget: { steps: 1 },
  }
  const labelled = new Map([...everyAnswer, ["method/toClasses", choosing as never]])
  expect(refusals(() => decodeDefinition(definition, labelled))).toEqual([])
  expect(
    refusals(() => decodeDefinition(definition, new Map([...labelled, ["dataset/domains", unlabelled]]))),
  ).toEqual([
    "arms.one.selection: expected a target with labels for the selection targetOracle, but it has none; use last, sourceValidation or informationMaximisation()",
  ])
})
