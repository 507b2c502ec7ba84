import { expect, test } from "vitest"
import type { JsonObject } from "../contracts/json.ts"
import { type Mistake, sentence } from "../contracts/mistake.ts"
import { armOf, everyAnswer } from "../testing/answerKinds.ts"
import { catalogue } from "../testing/definition.ts"
import { applyOverrides } from "./override.ts"

const definition: JsonObject = {
  name: "x",
  arms: {
    l1: { role: "baseline", use: "translate", data: { use: "tiles" }, losses: [{ use: "l1", weight: 100 }] },
    gan: {
      role: "challenger",
      use: "translate",
      discriminator: { axis: [{ use: "critic" }, { use: "net" }], labels: ["critic", "net"] },
    },
  },
  metrics: [{ use: "fid" }],
  compare: [{ metric: "fid", against: ["l1"] }],
  seeds: 5,
}

function apply(...overrides: string[]): { json: JsonObject; sentences: string[] } {
  const mistakes: Mistake[] = []
  const json = applyOverrides(definition, overrides, catalogue, mistakes)
  return { json, sentences: mistakes.map(sentence) }
}

const arms = (json: JsonObject) => json.arms as Record<string, JsonObject>

test("values are JSON where they parse, else strings", () => {
  const { json } = apply("seeds=[1,2]", "name=other-name", 'question="12"')
  expect(json).toMatchObject({ seeds: [1, 2], name: "other-name", question: "12" })
})

test("numbers are numbers as people write them, and what merely begins as one is a string", () => {
  const { json } = apply(
    "arms.l1.losses.0.weight=.5",
    "arms.gan.budget.steps=+20",
    "name=007",
    "question=5.x",
  )
  expect((arms(json).l1!.losses as JsonObject[])[0]!.weight).toBe(0.5)
  expect(arms(json).gan!.budget).toEqual({ steps: 20 })
  expect(json).toMatchObject({ name: "007", question: "5.x" })
})

test("an item of a list may stand in brackets", () => {
  const { json, sentences } = apply("arms.l1.losses[0].weight=7", "metrics[1].use=kid")
  expect((arms(json).l1!.losses as JsonObject[])[0]!.weight).toBe(7)
  expect(sentences).toEqual([
    'metrics.1.use: there is no "1" in metrics, a list of 1; its items are numbered from 0',
  ])
})

test("several values between commas are an axis of an arm, and a sentence with commas is none", () => {
  const { json } = apply("arms.l1.losses[0].weight=1,1e-3,.5", "question=Is it, or not?", "name=a,b")
  expect((arms(json).l1!.losses as JsonObject[])[0]!.weight).toEqual({ axis: [1, 1e-3, 0.5] })
  expect(json).toMatchObject({ question: "Is it, or not?", name: "a,b" })
})

test("everything after the first = is the value", () => {
  expect(apply("question=is 1 = 1?").json.question).toBe("is 1 = 1?")
})

test("a key that is left to its default can be set, and a budget that is not there", () => {
  const { json, sentences } = apply("arms.gan.budget.steps=100", "arms.l1.data.size=32", "arms.l1.batch=8")
  expect(sentences).toEqual([])
  expect(arms(json).gan!.budget).toEqual({ steps: 100 })
  expect(arms(json).l1).toMatchObject({ data: { use: "tiles", size: 32 }, batch: 8 })
})

test("an option of a part that is left to its default can be set", () => {
  const { json } = apply("metrics.0.features.steps=9", "arms.l1.optimiser.rate=0.5")
  expect(json.metrics).toEqual([{ use: "fid", features: { use: "features", steps: 9 } }])
  expect(arms(json).l1!.optimiser).toEqual({ use: "sgd", rate: 0.5 })
})

test("items of lists and values on axes are reached by number", () => {
  const { json } = apply(
    "arms.l1.losses.0.weight=1",
    "arms.gan.discriminator.axis.0.field=4",
    "compare.0.alpha=0.1",
  )
  expect(arms(json).l1!.losses).toEqual([{ use: "l1", weight: 1 }])
  expect(arms(json).gan!.discriminator).toMatchObject({ axis: [{ use: "critic", field: 4 }, { use: "net" }] })
  expect(json.compare).toEqual([{ metric: "fid", against: ["l1"], alpha: 0.1 }])
})

test("an item of a list that is left to its default can be set, and the others stay as they were", () => {
  const mistakes: Mistake[] = []
  const json = applyOverrides(
    { arms: { one: armOf("samples") } },
    ["arms.one.losses.1.weight=3", "arms.one.losses.2.weight=4"],
    everyAnswer,
    mistakes,
  )
  expect(arms(json).one!.losses).toEqual([{ use: "adversarial" }, { use: "l2", weight: 3 }])
  expect(mistakes.map(sentence)).toEqual([
    'arms.one.losses.2.weight: there is no "2" in arms.one.losses, a list of 2; its items are numbered from 0',
  ])
})

test("a list that is left to its default can be replaced whole", () => {
  const json = applyOverrides(
    { arms: { one: armOf("samples") } },
    ['arms.one.losses=[{"use":"l1"}]'],
    everyAnswer,
    [],
  )
  expect(arms(json).one!.losses).toEqual([{ use: "l1" }])
})

test("null removes a key, and arms keep their order", () => {
  const { json } = apply("arms.l1.losses=null", "arms.l1.batch=2")
  expect(arms(json).l1).not.toHaveProperty("losses")
  expect(Object.keys(arms(json))).toEqual(["l1", "gan"])
})

test("a whole part can be replaced", () => {
  const { json } = apply('arms.gan.discriminator={"use":"critic"}')
  expect(arms(json).gan!.discriminator).toEqual({ use: "critic" })
})

test("overrides that cannot be applied say what there is instead", () => {
  const { json, sentences } = apply(
    "arms.gam.budget.steps=1",
    "arms.l1.losses.1.weight=2",
    "arms.l1.data.sise=2",
    "seeds.count=2",
    "steps",
    "arms.gan.discriminator.field=4",
    "budget.step=4",
    "profiles.quick.seeds=1",
  )
  expect(sentences).toEqual([
    'arms.gam.budget.steps: there is no "gam" in arms; did you mean "gan"? known: "gan", "l1"',
    'arms.l1.losses.1.weight: there is no "1" in arms.l1.losses, a list of 1; its items are numbered from 0',
    'arms.l1.data.sise: there is no "sise" in arms.l1.data; did you mean "size"? known: "seed", "size", "use"',
    "seeds.count: seeds is 5 and holds no keys; override seeds itself",
    'expected an override PATH=VALUE such as budget.steps=100 but got "steps"',
    'arms.gan.discriminator.field: there is no "field" in arms.gan.discriminator; known: "axis", "labels", "zip"',
    'budget.step: there is no "step" in budget; did you mean "steps"? known: "steps"',
    'profiles.quick.seeds: there is no "profiles" in the definition; known: "arms", "budget", "compare", "metrics", "name", "question", "seeds"',
  ])
  expect(json).toEqual(definition)
})

test.each([
  ["seeds=1e999", "seeds: expected a finite number but got Infinity"],
  [
    `seeds=${"[".repeat(100)}${"]".repeat(100)}`,
    /^seeds\.0\.0\..*: expected at most 64 levels of lists and objects/,
  ],
  ['arms.l1.use={"toString":1}', undefined],
  ["arms.l1.two\nlines=1", /^arms\.l1\."two\\nlines": there is no "two\\nlines" in arms\.l1; /],
  [`${"x".repeat(100_000)}=1`, /^"x{27}\.\.\.": there is no "x{57}\.\.\." in the definition; /],
  [`${".".repeat(5000)}=1`, /^"".*: there is no "" in the definition; /],
])("what JSON may hold and no definition is one short sentence: %j", (override, told) => {
  // The next override walks through what this one has set.
  const { sentences } = apply(override, "arms.l1.batch=8")
  if (told === undefined)
    expect(sentences).toEqual([
      'arms.l1.batch: there is no "batch" in arms.l1; known: "budget", "data", "losses", "role", "use"',
    ])
  else expect(sentences).toEqual([typeof told === "string" ? told : expect.stringMatching(told)])
})
