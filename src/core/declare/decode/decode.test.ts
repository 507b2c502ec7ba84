import { expect, test } from "vitest"
import type { Json, JsonObject } from "../../contracts/json.ts"
import type { TrainedJudge } from "../../contracts/judge.ts"
import { accuracyPlugin, catalogue, l1Plugin, withPlugin } from "../../testing/definition.ts"
import { refusals } from "../../testing/refusals.ts"
import { mergePatch } from "../profile.ts"
import { decodeDefinition, type Reading } from "./decode.ts"

const l1Arm = {
  role: "baseline",
  use: "translate",
  data: { use: "tiles", size: 32 },
  generator: { use: "net" },
  losses: [{ use: "l1", weight: 100 }],
}
const ganArm = {
  ...l1Arm,
  role: "challenger",
  discriminator: { use: "critic", field: { axis: [1, 16, 70] } },
  losses: [{ use: "adversarial" }, { use: "l1", weight: 100 }],
}
const valid: JsonObject = {
  name: "receptive-field",
  question: "Which patch is best?",
  arms: { l1: l1Arm, gan: ganArm },
  metrics: [{ use: "fid" }, { use: "psnr" }],
  compare: { metric: "fid", challenger: "gan", against: ["l1"] },
  seeds: 3,
  budget: { steps: 100 },
  profiles: { quick: { seeds: 2, budget: { steps: 10 } } },
}

/** The valid definition with a merge patch. */
const changed = (patch: Json): JsonObject => mergePatch(valid, patch) as JsonObject

function sentences(json: Json, reading: Reading = {}): string[] {
  return refusals(() => decodeDefinition(json, catalogue, reading))
}

test("a definition resolves into arms with every default filled in", () => {
  const experiment = decodeDefinition(valid, catalogue)
  expect(experiment.arms.map(({ name, role, steps }) => [name, role, steps])).toEqual([
    ["l1", "baseline", 100],
    ["gan/discriminator.field=1", "challenger", 100],
    ["gan/discriminator.field=16", "challenger", 100],
    ["gan/discriminator.field=70", "challenger", 100],
  ])
  expect(experiment.arms[1]!.spec).toEqual({
    use: "translate",
    batch: 4,
    data: { use: "tiles", size: 32, seed: 0 },
    generator: { use: "net", width: 16, norm: "none" },
    discriminator: { use: "critic", field: 1, width: 8 },
    losses: [
      { use: "adversarial", weight: 1 },
      { use: "l1", weight: 100 },
    ],
    optimiser: { use: "sgd", rate: 0.01 },
  })
  expect(experiment.seeds).toEqual([1, 2, 3])
  expect(experiment.metrics.map((metric) => metric.spec)).toEqual([
    { use: "fid", features: { use: "features", steps: 50, seed: 0 } },
    { use: "psnr" },
  ])
  expect(experiment.arms[0]!.build().data.fields).toMatchObject({ input: "image", target: "image" })
  expect((experiment.metrics[0]!.build().judges.features as TrainedJudge).steps).toBe(50)
})

test("a comparison without challengers means all of them, and a name with axes all its points", () => {
  const { comparisons } = decodeDefinition(changed({ compare: { challenger: null, margin: 0.2 } }), catalogue)
  expect(comparisons).toEqual(
    [1, 16, 70].map((field) => ({
      metric: "fid",
      challenger: `gan/discriminator.field=${field}`,
      baseline: "l1",
      margin: 0.2,
      alpha: 0.05,
    })),
  )
  const one = changed({ compare: { challenger: "gan/discriminator.field=16" } })
  expect(decodeDefinition(one, catalogue).comparisons).toHaveLength(1)
})

test("an arm with axes is not compared with its own point", () => {
  const json = changed({ compare: { against: ["gan/discriminator.field=70"] } })
  expect(decodeDefinition(json, catalogue).comparisons.map((comparison) => comparison.challenger)).toEqual([
    "gan/discriminator.field=1",
    "gan/discriminator.field=16",
  ])
})

test("an arm's own budget counts before the experiment's", () => {
  const json = changed({ arms: { gan: { budget: { steps: 7 } } } })
  expect(decodeDefinition(json, catalogue).arms.map((arm) => arm.steps)).toEqual([100, 7, 7, 7])
})

/** Each definition has one mistake; the whole sentence is held. */
const mistakes: readonly [string, Json, string][] = [
  [
    "a wrong type",
    { arms: { l1: { generator: { width: "wide" } } } },
    'arms.l1.generator.width: expected a number but got "wide"',
  ],
  [
    "a number out of range",
    { arms: { l1: { generator: { width: -3 } } } },
    "arms.l1.generator.width: expected a value greater than 0 but got -3",
  ],
  [
    "a word out of a list",
    { arms: { l1: { generator: { norm: "bach" } } } },
    'arms.l1.generator.norm: expected "none", "batch" or "instance" but got "bach"; did you mean "batch"?',
  ],
  [
    "an unknown option",
    { arms: { l1: { generator: { widht: 3 } } } },
    'arms.l1.generator.widht: unknown key "widht"; did you mean "width"? known keys: "norm", "use", "width"',
  ],
  [
    "an unknown key of the experiment",
    { seedz: 3 },
    'seedz: unknown key "seedz"; did you mean "seeds"? known keys: "arms", "budget", "compare", "metrics", "name", "profiles", "question", "seeds"',
  ],
  [
    "an unknown plug-in",
    { arms: { l1: { losses: [{ use: "l3" }] } } },
    'arms.l1.losses.0.use: there is no loss "l3"; did you mean "l1"? losses: "adversarial", "l1", "l2"',
  ],
  [
    "a plug-in of another kind",
    { arms: { l1: { losses: [{ use: "fid" }] } } },
    'arms.l1.losses.0.use: expected a loss but "fid" is a metric; losses: "adversarial", "l1", "l2"',
  ],
  [
    "a plug-in without a name",
    { arms: { l1: { data: { use: null } } } },
    'arms.l1.data.use: expected the name of a dataset but got nothing; add it; datasets: "horses", "photos", "tiles"',
  ],
  [
    "a plug-in written as a word",
    { arms: { l1: { generator: "net" } } },
    'arms.l1.generator: expected a model but got "net"; write { "use": "net" }',
  ],
  [
    "a part that is missing",
    { arms: { l1: { generator: null } } },
    'arms.l1.generator: expected a model but got nothing; add it; models: "critic", "net"',
  ],
  [
    "one loss in place of a list",
    { arms: { l1: { losses: { use: "l1" } } } },
    'arms.l1.losses: expected a list of losses but got {"use":"l1"}; known: "adversarial", "l1", "l2"',
  ],
  [
    "an option that is missing",
    { arms: { l1: { data: { use: "photos" } } } },
    "arms.l1.data.folder: expected a string but got nothing; add it",
  ],
  [
    "an item of an option",
    { arms: { l1: { tags: ["a", 5] } } },
    "arms.l1.tags.1: expected a string but got 5",
  ],
  [
    "what only a plug-in's arithmetic can tell, at the value on the axis",
    { arms: { gan: { discriminator: { field: { axis: [1, 15, 16] } } } } },
    "arms.gan.discriminator.field.axis.1: expected a receptive field out of 1, 4, 7, 16, 70 but got 15",
  ],
  [
    "parts that do not go together, once for all points of an axis",
    { arms: { l1: { generator: { width: { axis: [8, 16] } }, losses: [{ use: "adversarial" }] } } },
    "arms.l1.discriminator: expected a discriminator for the adversarial loss but got none",
  ],
  [
    "data without the fields that a method needs",
    { arms: { l1: { data: { use: "horses" } } } },
    'arms.l1.data: "translate" needs the fields input (image), target (image) but "horses" gives A.image, B.image; choose another dataset',
  ],
  [
    "a metric that needs labels on data without them",
    {
      arms: { l1: { data: { use: "photos", folder: "x" } } },
      metrics: [{ use: "fid" }, { use: "accuracy" }],
    },
    'metrics.1: "accuracy" needs labels but the data of the arm "l1" have none; remove it or choose other data',
  ],
  [
    "a negative budget",
    { budget: { steps: -1 } },
    "budget.steps: expected a value greater than 0 but got -1",
  ],
  [
    "a budget of nothing",
    { arms: { gan: { budget: { steps: 0 } } } },
    "arms.gan.budget.steps: expected a value greater than 0 but got 0",
  ],
  [
    "no budget",
    { budget: null },
    'budget: expected { "steps": ... } but got nothing, and the arm "l1" has no budget of its own; add it',
  ],
  [
    "a seed that stands twice",
    { seeds: [1, 2, 1] },
    "seeds.2: expected every seed once but got 1 again; remove it",
  ],
  ["a seed that is no integer", { seeds: [1, 2.5] }, "seeds.1: expected an integer from 0 but got 2.5"],
  ["no seeds", { seeds: 0 }, "seeds: expected a number of seeds from 1 to 10000 but got 0"],
  [
    "an unknown role",
    { arms: { gan: { role: "chalenger" } }, compare: { challenger: "gan" } },
    'arms.gan.role: expected "baseline", "challenger" or "bound" but got "chalenger"; did you mean "challenger"?',
  ],
  [
    "no baseline",
    { arms: { l1: { role: "challenger" } } },
    'arms: expected at least one arm with the role "baseline" but got none',
  ],
  [
    "an arm with a kept name",
    { arms: { control: { ...l1Arm, batch: 2 } } },
    'arms.control: the name "control" is kept for control trials; choose another one',
  ],
  [
    "an arm with a name that paths cannot hold",
    { arms: { "l1.b": { ...l1Arm, batch: 2 } } },
    'arms.l1.b: expected a name of letters, digits, "-" and "_" that starts with a letter but got "l1.b"',
  ],
  [
    "two arms of one content",
    { arms: { again: l1Arm } },
    'arms.again: "again" is the same as "l1" in every option; remove it or change it',
  ],
  [
    "an arm that is not one",
    { arms: { l1: 5 }, compare: { against: ["gan/discriminator.field=1"] } },
    'arms.l1: expected an arm { "role": ..., "use": ... } but got 5',
  ],
  [
    "an unknown arm in a comparison",
    { compare: { against: ["l1", "l2"] } },
    'compare.against.1: there is no arm "l2"; did you mean "l1"? arms: "gan", "gan/discriminator.field=1", "gan/discriminator.field=16", "gan/discriminator.field=70", "l1"',
  ],
  [
    "an unknown metric in a comparison",
    { compare: { metric: "fdi" } },
    'compare.metric: there is no metric "fdi"; did you mean "fid"? the metrics give: "fid", "psnr"',
  ],
  [
    "an arm that is compared with itself",
    { compare: { challenger: "l1" } },
    'compare.against.0: "l1" would be compared with itself; name another arm',
  ],
  [
    "a comparison that stands twice",
    {
      compare: [
        { metric: "fid", challenger: "gan/discriminator.field=16", against: ["l1"] },
        { metric: "fid", challenger: "gan/discriminator.field=16", against: ["l1"] },
      ],
    },
    'compare.1: "gan/discriminator.field=16" is compared with "l1" on fid twice; declare it once',
  ],
  [
    "a family with two levels",
    {
      compare: [
        { metric: "fid", against: ["l1"] },
        { metric: "psnr", against: ["l1"], alpha: 0.01 },
      ],
    },
    "compare.1.alpha: expected one alpha for the whole family of comparisons but got 0.05 and 0.01",
  ],
  [
    "a comparison with nobody",
    { compare: { against: [] } },
    "compare.against: expected the names of one or more arms but got []",
  ],
  [
    "nothing to compare",
    { compare: null },
    'compare: expected what to compare, such as { "metric": "fid", "against": ["l1"] }, but got nothing; add it',
  ],
  [
    "a margin below zero",
    { compare: { margin: -0.1 } },
    "compare.margin: expected a value greater than or equal to 0 but got -0.1",
  ],
  [
    "an empty axis",
    { arms: { gan: { generator: { width: { axis: [] } } } } },
    "arms.gan.generator.width: expected at least one value on the axis but got none",
  ],
  [
    "zipped axes of unlike length",
    {
      arms: {
        gan: {
          discriminator: { field: { axis: [7, 16], zip: "z" }, width: { axis: [8, 16, 32], zip: "z" } },
        },
      },
    },
    'arms.gan.discriminator.width: expected 2 values, as many as discriminator.field has on the zipped axis "z", but got 3',
  ],
  [
    "labels that are too few",
    { arms: { gan: { discriminator: { field: { axis: [1, 4], labels: ["small"] } } } } },
    "arms.gan.discriminator.field: expected one label for each of the 2 values but got 1 labels",
  ],
  [
    "a value that stands twice on an axis",
    { arms: { gan: { discriminator: { field: { axis: [1, 1] } } } } },
    'arms.gan: two points of the axes have the name "gan/discriminator.field=1"; give the values labels, or remove one',
  ],
  [
    "an axis where there are no arms",
    { metrics: [{ use: "fid", features: { use: "features", steps: { axis: [1, 2] } } }] },
    "metrics.0.features.steps: expected one value but got an axis; axes belong in arms",
  ],
  [
    "two metrics of one name",
    { metrics: [{ use: "fid" }, { use: "fid", features: { use: "features", steps: 9 } }] },
    'metrics.1: metrics.0 gives "fid" already; remove one of the two',
  ],
  [
    "a name that is not in kebab case",
    { name: "Receptive Field" },
    'name: expected a name in kebab case such as "patchgan-receptive-field" but got "Receptive Field"',
  ],
  [
    "a name that the run store keeps for itself",
    { name: "cache" },
    'name: expected another name than "cache", which has a meaning of its own in a run store or on Windows',
  ],
  [
    "a profile that leads out of the run store",
    { profiles: { "../../x": { seeds: 2 } } },
    'profiles: expected letters, digits, "-", "_" and "." between them, because it names a folder, but got "../../x"',
  ],
  [
    "a value of an axis whose label turns the direction of writing",
    { arms: { gan: { discriminator: { field: { axis: [1, 16], labels: ["one\u202e", "two"] } } } } },
    "arms: expected text that shows as it is, but got the hidden character U+202E; remove it",
  ],
  [
    "a question that a terminal obeys",
    { question: "Better?\u001b[2J" },
    "question: expected text that shows as it is, but got the hidden character U+001B; remove it",
  ],
  ["a question that is missing", { question: null }, "question: expected a string but got nothing; add it"],
  [
    "a profile that changes nothing",
    { profiles: { quick: 5 } },
    'profiles.quick: expected the changes of a profile, such as { "seeds": 2 }, but got 5',
  ],
]

for (const [what, patch, expected] of mistakes) {
  test(`${what} is one clear sentence`, () => {
    expect(sentences(changed(patch))).toEqual([expected])
  })
}

test("an experiment without arms says so, and nothing follows from it", () => {
  expect(sentences({ ...valid, arms: {}, compare: [] })).toEqual([
    "arms: expected at least one arm but got none; add a baseline and a challenger",
  ])
})

test("a definition that is no object is refused", () => {
  expect(sentences([])).toEqual(["expected an experiment but got []"])
})

test("an unknown profile lists the known ones", () => {
  expect(sentences(valid, { profile: "quik" })).toEqual([
    'profiles: there is no profile "quik"; did you mean "quick"? profiles: "quick"',
  ])
})

test("all mistakes are reported at once", () => {
  const json = changed({
    name: "No",
    arms: { l1: { generator: { width: "wide" }, batch: 0 }, gan: { losses: [{ use: "l3" }] } },
    seeds: [1, 1],
    budget: { steps: 1.5 },
    compare: { metric: "is" },
  })
  expect(sentences(json, { profile: "slow", overrides: ["bugdet.steps=1"] })).toEqual([
    'profiles: there is no profile "slow"; profiles: "quick"',
    'bugdet.steps: there is no "bugdet" in the definition; did you mean "budget"? known: "arms", "budget", "compare", "metrics", "name", "question", "seeds"',
    'name: expected a name in kebab case such as "patchgan-receptive-field" but got "No"',
    "seeds.1: expected every seed once but got 1 again; remove it",
    "budget.steps: expected an integer but got 1.5",
    "arms.l1.batch: expected a value greater than 0 but got 0",
    'arms.l1.generator.width: expected a number but got "wide"',
    'arms.gan.losses.0.use: there is no loss "l3"; did you mean "l1"? losses: "adversarial", "l1", "l2"',
    'compare.metric: there is no metric "is"; the metrics give: "fid", "psnr"',
  ])
})

test("a profile is merged in before overrides, and both before the axes", () => {
  const reading = {
    profile: "quick",
    overrides: ["arms.gan.discriminator.field=16", "budget.steps=20", "arms.gan.budget.steps=30"],
  }
  const { arms, seeds, profile } = decodeDefinition(valid, catalogue, reading)
  expect(arms.map(({ name, steps }) => [name, steps])).toEqual([
    ["l1", 20],
    ["gan", 30],
  ])
  expect(seeds).toEqual([1, 2])
  expect(profile).toBe("quick")
})

test("the hash does not depend on the order of keys, arms and metrics", () => {
  const reversed = (value: Json): Json => {
    if (Array.isArray(value)) return value.map((item) => reversed(item as Json))
    if (typeof value !== "object" || value === null) return value
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, member]) => [key, reversed(member)]),
    )
  }
  const { hash } = decodeDefinition(valid, catalogue)
  const other = reversed({ ...valid, metrics: [{ use: "psnr" }, { use: "fid" }] })
  expect(Object.keys(other as JsonObject)[0]).toBe("profiles")
  expect(decodeDefinition(other, catalogue).hash).toBe(hash)
  expect(decodeDefinition(changed({ seeds: 4 }), catalogue).hash).not.toBe(hash)
  expect(decodeDefinition(valid, withPlugin({ ...l1Plugin, version: 2 })).hash).not.toBe(hash)
})

test("writing a default out changes nothing", () => {
  const written = changed({ arms: { l1: { batch: 4, optimiser: { use: "sgd", rate: 0.01 } } } })
  expect(decodeDefinition(written, catalogue).hash).toBe(decodeDefinition(valid, catalogue).hash)
})

test("a plug-in whose build gives nothing is a mistake, not a missing part", () => {
  const plugins = new Map(catalogue)
  plugins.set("metric/psnr", { ...catalogue.get("metric/psnr")!, build: () => undefined })
  expect(() => decodeDefinition(valid, plugins)).toThrow(
    'the metric "psnr" cannot be built: its `build` gives undefined in the place of a metric; return one',
  )
})

test.each([
  [Promise.resolve({}), "a promise in the place of a metric; return one, without async"],
  [[], "a list in the place of a metric; return one"],
  ["psnr", "string in the place of a metric; return one"],
  [{ name: "psnr", outputs: [] }, "a metric without judged, judges, begin; add what is missing"],
])("a plug-in whose build gives something else is a mistake of the definition", (built, what) => {
  const plugins = new Map(catalogue)
  plugins.set("metric/psnr", { ...catalogue.get("metric/psnr")!, build: () => built })
  expect(() => decodeDefinition(valid, plugins)).toThrow(
    `the metric "psnr" cannot be built: its \`build\` gives ${what}`,
  )
})

test("what a plug-in throws while it is built is a mistake of the definition", () => {
  const broken = {
    ...accuracyPlugin,
    build: () => {
      throw new Error("expected at least two classes but got 1")
    },
  }
  const json = changed({ metrics: [{ use: "fid" }, { use: "accuracy" }] })
  expect(() => decodeDefinition(json, withPlugin(broken))).toThrow(
    'metrics.1: the metric "accuracy" cannot be built: expected at least two classes but got 1',
  )
})

const axisOf = (length: number) => ({ axis: Array.from({ length }, (_, index) => index + 1) })

test("more comparisons, arms or trials than anybody means are refused before they are made", () => {
  const weighed = (length: number) => [{ use: "l1", weight: axisOf(length) }]
  const pairs = { arms: { l1: { losses: weighed(120) }, gan: { losses: weighed(100) } } }
  expect(sentences(changed(pairs))).toEqual([
    "compare: expected at most 10000 comparisons but got 36000; name fewer arms",
  ])
  expect(sentences(changed({ seeds: 10_000, arms: { gan: { batch: axisOf(4) } } }))).toEqual([
    "seeds: expected at most 100000 trials in all but got 130000, of 13 arms and 10000 seeds; take fewer seeds",
  ])
  const arms = { l1: { losses: weighed(6000) }, gan: { losses: weighed(2000) } }
  expect(sentences(changed({ arms }))).toContain(
    "arms.gan: expected arms of at most 10000 points in all but got more; make an experiment of some of them",
  )
})

test("a name of a plug-in that is no text is one sentence, whatever stands in its place", () => {
  for (const use of [{ toString: 1 }, [["l1"]], null, 3]) {
    const [sentence, ...others] = sentences(changed({ arms: { l1: { generator: { use } } } }))
    if (use === null)
      expect(sentence).toMatch(/^arms\.l1\.generator\.use: expected the name of a model but got nothing/)
    else expect(sentence).toMatch(/^arms\.l1\.generator\.use: expected the name of a model but got /)
    expect(others).toEqual([])
  }
})
