import { expect, test } from "vitest"
import type { Json, JsonObject } from "../contracts/json.ts"
import type { Judge } from "../contracts/judge.ts"
import type { AnswerKind } from "../contracts/method.ts"
import { InvalidDefinition, sentence } from "../contracts/mistake.ts"
import { armOf, everyAnswer, metricOf } from "../testing/answerKinds.ts"
import {
  catalogue,
  fidPlugin,
  l1Plugin,
  tilesPlugin,
  translatePlugin,
  withPlugin,
} from "../testing/definition.ts"
import { contentHash } from "./canonical.ts"
import { decodeDefinition, type Reading } from "./decode/decode.ts"
import { resolve } from "./decode/resolve.ts"
import type { PluginMap } from "./definition.ts"
import { planTrials, withControls } from "./plan.ts"
import { mergePatch } from "./profile.ts"
import type { Plan } from "./trial.ts"

const l1 = {
  role: "baseline",
  use: "translate",
  data: { use: "tiles" },
  generator: { use: "net" },
  losses: [{ use: "l1", weight: 100 }],
}
const valid: JsonObject = {
  name: "plan",
  question: "What is played?",
  arms: {
    gan: {
      ...l1,
      role: "challenger",
      discriminator: { use: "critic", field: { axis: [1, 16] } },
      losses: [{ use: "adversarial" }, { use: "l1" }],
    },
    l1,
  },
  metrics: [{ use: "fid" }, { use: "accuracy" }, { use: "psnr" }],
  compare: { metric: "fid", against: ["l1"] },
  seeds: 2,
  budget: { steps: 10 },
}

function plan(patch: Json = {}, plugins: PluginMap = catalogue, reading: Reading = {}): Promise<Plan> {
  return planTrials(decodeDefinition(mergePatch(valid, patch), plugins, reading))
}

const ids = (of: Plan): string[] => of.trials.map((trial) => trial.id)

test("trials come seed by seed with baselines first", async () => {
  const { trials } = await plan()
  expect(trials.map(({ arm, role, seed, steps }) => [seed, arm, role, steps])).toEqual([
    [1, "l1", "baseline", 10],
    [1, "gan/discriminator.field=1", "challenger", 10],
    [1, "gan/discriminator.field=16", "challenger", 10],
    [2, "l1", "baseline", 10],
    [2, "gan/discriminator.field=1", "challenger", 10],
    [2, "gan/discriminator.field=16", "challenger", 10],
  ])
})

test("a plan tells its arms with the values of their axes, in the order of play, and what its metrics give", async () => {
  const { arms, outputs } = await plan()
  const field = (value: number) => ({ field: "discriminator.field", text: String(value), value })
  expect(arms).toEqual([
    { name: "l1", key: "l1", role: "baseline", points: [], answers: "pairs" },
    {
      name: "gan/discriminator.field=1",
      key: "gan",
      role: "challenger",
      points: [field(1)],
      answers: "pairs",
    },
    {
      name: "gan/discriminator.field=16",
      key: "gan",
      role: "challenger",
      points: [field(16)],
      answers: "pairs",
    },
  ])
  expect(outputs.map(({ name }) => name)).toEqual(["fid", "accuracy", "psnr"])
})

test("of data of two domains a plan tells what each is, and by which digest two of them are one", async () => {
  const domain = (name: string) => ({ ...tilesPlugin.build({}), digest: async () => name })
  const two = {
    ...tilesPlugin,
    slots: { source: { kind: "dataset", optional: true }, target: { kind: "dataset", optional: true } },
    build: (options: unknown) => ({
      ...tilesPlugin.build(options),
      domains: { source: domain("photos"), target: domain("drawings") },
    }),
  } as const
  const data = { source: { use: "tiles", seed: 1 }, target: { use: "tiles", seed: 2 } }
  const { arms } = await plan({ arms: { gan: null, l1: { data } }, compare: [] }, withPlugin(two as never))
  const [source, target] = [data.source, data.target].map((spec) => ({ size: 64, ...spec }))
  expect(arms[0]!.domains).toEqual({
    source: { spec: source, digest: "photos" },
    target: { spec: target, digest: "drawings" },
  })
})

test("a value that was given a label goes by it, and keeps its number", async () => {
  const axis = { axis: [1, 16], labels: ["a pixel", "a patch"] }
  const { arms } = await plan({ arms: { gan: { discriminator: { field: axis } } } })
  expect(arms[2]).toMatchObject({
    name: "gan/discriminator.field=a patch",
    points: [{ field: "discriminator.field", text: "a patch", value: 16 }],
  })
})

test("an id is the start of the hash of everything that decides the numbers", async () => {
  const { trials, judges, controls } = await plan()
  for (const { id, preimage } of [...trials, ...judges, ...controls]) {
    expect(id).toBe(contentHash(preimage).slice(0, 16))
  }
  expect(trials[0]!.preimage).toEqual({
    schema: 2,
    kind: "arm",
    spec: {
      ...{ use: "translate", batch: 4, optimiser: { use: "sgd", rate: 0.01 } },
      ...{ data: { use: "tiles", size: 64, seed: 0 }, generator: { use: "net", width: 16, norm: "none" } },
      losses: [{ use: "l1", weight: 100 }],
    },
    seed: 1,
    steps: 10,
    plugins: {
      ...{ "method/translate": 1, "dataset/tiles": 1, "model/net": 1, "loss/l1": 1, "optimiser/sgd": 1 },
    },
    data: 'tiles {"size":64,"seed":0}',
  })
})

test("a metric is an evaluation of each trial, whose id is the start of the hash of all that decides its values", async () => {
  const { trials, judges, controls } = await plan()
  for (const { evaluations = [] } of [...trials, ...controls]) {
    for (const { id, preimage } of evaluations) expect(id).toBe(contentHash(preimage).slice(0, 16))
  }
  expect(judges[0]!.evaluations).toBeUndefined()
  const [accuracy, fid, psnr] = trials[0]!.evaluations!
  expect([accuracy, fid, psnr].map((evaluation) => evaluation!.metric)).toEqual(["accuracy", "fid", "psnr"])
  expect(fid!.preimage).toEqual({
    schema: 1,
    trial: trials[0]!.id,
    metric: { use: "fid", features: { use: "features", steps: 50, seed: 0 } },
    plugins: { "metric/fid": 1, "judge/features": 1 },
    judges: { features: judges[0]!.id },
    protocol: 2,
  })
  expect(psnr!.preimage).toMatchObject({ judges: {} })
})

test("trials know the ids that earlier versions gave them, when metrics were part of them", async () => {
  const { trials } = await plan()
  const former = { ...trials[0]!.preimage, schema: 1 }
  const plugins = {
    ...(former as unknown as { plugins: object }).plugins,
    ...{ "metric/fid": 1, "metric/accuracy": 1, "metric/psnr": 1, "judge/features": 1 },
  }
  const metrics = trials[0]!.evaluations!.map(({ preimage }) => preimage.metric)
  const preimage = { ...former, plugins, metrics, judges: trials[0]!.needs } as unknown as Json
  expect(trials[0]!.formerId).toBe(contentHash(preimage).slice(0, 16))
})

test("metrics share a judge, and every trial waits for it", async () => {
  const { judges, trials, controls } = await plan()
  expect(judges.map(({ arm, kind, role, seed, steps }) => [arm, kind, role, seed, steps])).toEqual([
    ["judge/fid.features", "judge", "judge", 0, 50],
  ])
  for (const trial of [...trials, ...controls]) expect(trial.needs).toEqual([judges[0]!.id])
})

test("a metric that names a judge otherwise than its slot is told so", async () => {
  const build = (parts: { features: Judge }) => ({
    ...fidPlugin.build(parts),
    judges: { other: parts.features },
  })
  await expect(plan({}, withPlugin({ ...fidPlugin, build }))).rejects.toThrow(
    'expected the judge "other" of the metric "fid" to be the name of a slot of kind judge, but its slots are features',
  )
})

test("bounds come between baselines and challengers", async () => {
  const bound = { ...l1, role: "bound", batch: 8 }
  const { trials } = await plan({ arms: { upper: bound }, seeds: 1 })
  expect(trials.map((trial) => trial.role)).toEqual(["baseline", "bound", "challenger", "challenger"])
})

test("controls learn nothing and can be built", async () => {
  const { controls } = await plan()
  expect(controls.map(({ arm, role, steps, seed }) => [arm, role, steps, seed])).toEqual([
    ["control/real", "control", 0, 0],
    ["control/blurred", "control", 0, 0],
    ["control/trivial", "control", 0, 0],
  ])
  const method = resolve("method", controls[0]!.preimage.spec!, withControls(catalogue))
  expect(method.stages(undefined as never)).toEqual([])
})

/** The plan of arms of some kinds of answer, judged by a metric that fits them. */
function planOf(kinds: readonly AnswerKind[], patch: Json = {}): Promise<Plan> {
  const judged = kinds.includes("classes") ? "classes" : "images"
  const definition = {
    name: "kinds",
    question: "What is played?",
    arms: Object.fromEntries(kinds.map((kind) => [kind, armOf(kind)])),
    metrics: [{ use: metricOf[judged].name }],
    compare: [],
    seeds: 1,
    budget: { steps: 1 },
  }
  return planTrials(decodeDefinition(mergePatch(definition, patch), everyAnswer))
}

const all = ["control/real", "control/blurred", "control/trivial"]
test.each<[AnswerKind, readonly string[]]>([
  ["pairs", all],
  ["samples", all],
  ["translations", all],
  ["classes", []],
  ["picture", []],
])("controls of %s are planned where their quality is known", async (kind, names) => {
  expect((await planOf([kind])).controls.map(({ arm }) => arm)).toEqual(names)
})

test("a dataset has the controls of all kinds of answer that are given on it, each once", async () => {
  const { controls } = await planOf(["samples", "picture"])
  expect(controls.map(({ arm }) => arm)).toEqual(all)
  const apart = (await planOf(["samples", "picture"], { arms: { picture: { data: { use: "scenes" } } } }))
    .controls
  expect(apart).toHaveLength(3)
  for (const { arm, source } of apart) {
    expect(arm).toMatch(/^control\/(real|blurred|trivial)@[0-9a-f]{8}$/)
    expect(source).toEqual({ use: "digits" })
  }
})

test("controls give as many samples as all arms declare, so that they are judged alike; as many as there are test examples otherwise", async () => {
  const asked = async (arms: Json) =>
    (await planOf(["samples"], { arms })).controls.map(
      ({ preimage }) => (preimage.spec as JsonObject).samples,
    )
  const arm = (samples: number) => ({ ...armOf("samples"), role: "challenger", samples })
  expect(await asked({})).toEqual([undefined, undefined, undefined])
  expect(await asked({ samples: { samples: 50 } })).toEqual([50, 50, 50])
  expect(await asked({ samples: { samples: 50 }, other: arm(60) })).toEqual([undefined, undefined, undefined])
})

test("a given network of a loss whose file is missing is a mistake at the losses of the arm", async () => {
  const seeing = (weights: string) => ({
    losses: [{ use: "l2" }, { use: "perceived", network: { use: "given", weights } }],
  })
  expect(await sentences(planOf(["pairs"], { arms: { pairs: seeing("nowhere") } }))).toEqual([
    'arms.pairs.losses: expected weights at "nowhere" but there are none; fetch them',
  ])
  const { trials } = await planOf(["pairs"], { arms: { pairs: seeing("there") } })
  expect((trials[0]!.preimage.spec as JsonObject).losses).toEqual([
    { use: "l2", weight: 1 },
    { use: "perceived", network: { use: "given", weights: "there" } },
  ])
})

test("a network that a loss sees with trains nothing: no judge is planned for it", async () => {
  const { judges, trials } = await planOf(["pairs"], { arms: { pairs: { losses: [{ use: "perceived" }] } } })
  expect(judges).toEqual([])
  expect(trials.map(({ needs }) => needs)).toEqual([[]])
})

test("every dataset has controls and judges of its own", async () => {
  const { judges, controls, trials } = await plan({ arms: { gan: { data: { size: 32 } } } })
  expect(judges).toHaveLength(2)
  expect(new Set(judges.map((judge) => judge.id)).size).toBe(2)
  expect(controls).toHaveLength(6)
  expect(new Set(controls.map((control) => control.arm)).size).toBe(6)
  for (const { arm } of controls) expect(arm).toMatch(/^control\/(real|blurred|trivial)@[0-9a-f]{8}$/)
  const needs = new Set(trials.map((trial) => trial.needs[0]))
  expect(needs).toEqual(new Set(judges.map((judge) => judge.id)))
})

test("one more seed adds trials and keeps the others", async () => {
  const before = ids(await plan())
  const after = ids(await plan({ seeds: 3 }))
  expect(after).toHaveLength(9)
  expect(after.slice(0, 6)).toEqual(before)
  expect(new Set(after).size).toBe(9)
  expect(ids(await plan({ seeds: [2] }))).toEqual(before.slice(3))
})

test("names, roles, order and written-out defaults are not part of a trial", async () => {
  const before = new Set(ids(await plan()))
  const { gan, l1: fixed } = valid.arms as Record<string, JsonObject>
  const reordered = {
    seeds: [2, 1],
    metrics: [{ use: "psnr" }, { use: "accuracy" }, { use: "fid" }],
    arms: { gan: null, l1: null, fixed: { batch: 4, ...fixed }, other: { ...gan, role: "baseline" } },
    compare: { challenger: "other", against: ["fixed"] },
    name: "another-name",
  }
  expect(new Set(ids(await plan(reordered)))).toEqual(before)
})

const changes: readonly [string, Json, number][] = [
  ["an option of the method", { arms: { l1: { batch: 5 } } }, 4],
  ["an option of a part", { arms: { l1: { generator: { width: 17 } } } }, 4],
  ["a loss weight", { arms: { l1: { losses: [{ use: "l1", weight: 99 }] } } }, 4],
  ["the budget", { budget: { steps: 11 } }, 0],
  ["the budget of one arm", { arms: { gan: { budget: { steps: 11 } } } }, 2],
]
for (const [what, patch, kept] of changes) {
  test(`${what} makes other trials of those that it concerns`, async () => {
    const before = new Set(ids(await plan()))
    expect(ids(await plan(patch)).filter((id) => before.has(id))).toHaveLength(kept)
  })
}

test("a metric or a judge makes other evaluations of the same trials", async () => {
  const before = await plan()
  const evaluations = ({ trials }: Plan) => trials.flatMap((trial) => trial.evaluations!.map(({ id }) => id))
  const fewer = await plan({ metrics: [{ use: "fid" }] })
  expect(ids(fewer)).toEqual(ids(before))
  expect(evaluations(before)).toEqual(expect.arrayContaining(evaluations(fewer)))
  const other = await plan({ metrics: [{ use: "fid", features: { use: "features", seed: 1 } }] })
  expect(ids(other)).toEqual(ids(before))
  expect(evaluations(before).filter((id) => evaluations(other).includes(id))).toEqual([])
})

test("another version of a plug-in makes other trials of those that use it", async () => {
  const before = new Set(ids(await plan()))
  const newer = await plan({}, withPlugin({ ...l1Plugin, version: 2 }))
  expect(ids(newer).filter((id) => before.has(id))).toEqual([])
  const critic = catalogue.get("model/critic")!
  const after = await plan({}, withPlugin({ ...critic, version: 2 }))
  expect(after.trials.filter((trial) => before.has(trial.id)).map((trial) => trial.arm)).toEqual(["l1", "l1"])
})

test("another content of the dataset makes every trial another one", async () => {
  const before = await plan()
  const changed = {
    ...tilesPlugin,
    build: (options: unknown) => ({ ...tilesPlugin.build(options), digest: async () => "other bytes" }),
  }
  const after = await plan({}, withPlugin(changed))
  const all = (of: Plan) => [...of.judges, ...of.controls, ...of.trials].map((trial) => trial.id)
  expect(all(after).filter((id) => all(before).includes(id))).toEqual([])
})

async function sentences(planned: Promise<Plan>): Promise<string[]> {
  const error = await planned.then(
    () => undefined,
    (failure) => failure,
  )
  expect(error).toBeInstanceOf(InvalidDefinition)
  return (error as InvalidDefinition).mistakes.map(sentence)
}

test("a dataset that is not there is a mistake of the first arm that needs it", async () => {
  const data = { use: "photos", folder: "nowhere" }
  const broken = plan({ arms: { gan: { data }, l1: { data } }, metrics: [{ use: "fid" }] })
  expect(await sentences(broken)).toEqual([
    'arms.gan.data: expected a folder at "nowhere" but there is none; set its path',
  ])
})

test("what a method refuses once the dataset is open is a mistake with the points that it concerns", async () => {
  const split = { size: 1, fields: {}, read: async () => ({}) }
  const open = { splits: { train: split, validation: split, test: split } }
  const plugins = new Map([
    ...withPlugin({
      ...tilesPlugin,
      build: (o: unknown) => ({ ...tilesPlugin.build(o), open: async () => open }),
    }),
    [
      "method/translate",
      {
        ...translatePlugin,
        build: (parts: { discriminator?: unknown }) => ({
          ...translatePlugin.build(parts),
          refuses: () => (parts.discriminator === undefined ? [] : ["the images are too small"]),
        }),
      },
    ],
  ])
  expect(await sentences(plan({}, plugins))).toEqual([
    'arms.gan: the images are too small ("gan/discriminator.field=1", "gan/discriminator.field=16")',
  ])
})

test("what a dataset says as it is opened is a mistake at the data of the arms, and not what the system says", async () => {
  const opening = (open: () => Promise<never>) =>
    plan({}, withPlugin({ ...tilesPlugin, build: (o: unknown) => ({ ...tilesPlugin.build(o), open }) }))
  const unlike = async () => {
    throw new Error("Expected the target's classes to be the source's (a), but got b; choose others.")
  }
  const sentence = "Expected the target's classes to be the source's (a), but got b; choose others."
  expect(await sentences(opening(unlike))).toEqual([
    `arms.gan.data: ${sentence} ("gan/discriminator.field=1", "gan/discriminator.field=16")`,
    `arms.l1.data: ${sentence}`,
  ])
  const full = Object.assign(new Error("no space left"), { code: "ENOSPC" })
  await expect(
    opening(async () => {
      throw full
    }),
  ).rejects.toBe(full)
})

test("ten thousand trials are planned in less than two seconds of processor time", async () => {
  const width = { axis: Array.from({ length: 1999 }, (_, index) => index + 1) }
  const json = mergePatch(valid, {
    seeds: 5,
    arms: { gan: { generator: { width }, discriminator: { field: 16 } } },
  })
  const start = process.cpuUsage()
  const { trials } = await planTrials(decodeDefinition(json, catalogue))
  const { user, system } = process.cpuUsage(start)
  expect(trials).toHaveLength(10_000)
  expect(new Set(trials.map((trial) => trial.id)).size).toBe(10_000)
  expect((user + system) / 1e6).toBeLessThan(2)
})
