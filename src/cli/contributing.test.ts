import { execFile } from "node:child_process"
import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import type { Dataset, Split } from "@saddlepoint/core/contracts/dataset"
import type { SamplesMethod } from "@saddlepoint/core/contracts/method"
import type { PairMetric } from "@saddlepoint/core/contracts/metric"
import type { Optimiser } from "@saddlepoint/core/contracts/optimiser"
import { type Model, type PlayerFields, refusalsOfModel } from "@saddlepoint/core/contracts/player"
import type { Schedule } from "@saddlepoint/core/contracts/schedule"
import { decodePlugin } from "@saddlepoint/core/declare/decode/decodePlugin"
import { build } from "@saddlepoint/core/declare/decode/resolve"
import { separated } from "@saddlepoint/core/experiment"
import { exactResume } from "@saddlepoint/core/laws/exactResume"
import { inOrder } from "@saddlepoint/core/laws/inOrder"
import { train } from "@saddlepoint/core/play/trainer"
import type { Kind, Use } from "@saddlepoint/core/plugin"
import { type Engine, openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import { saddlepoint, temporaryFolder } from "./testing/saddlepoint.ts"
import { shownFiles } from "./testing/shownFiles.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const [page, readme] = ["CONTRIBUTING.md", "README.md"].map((name) => readFileSync(join(root, name), "utf8"))
const files = shownFiles(page!)

/** The page's GAN in an experiment, with two moves of the discriminator for one of the generator. */
const gans = `
import { baseline, experiment } from "@saddlepoint/core/experiment"
import { fid } from "@saddlepoint/metrics/fid"
import { domainFeatures } from "@saddlepoint/metrics/judges/domainFeatures"
import { discs } from "./discs.ts"
import { gan } from "./gan.ts"

const data = discs({ train: 48, validation: 4, test: 40 })
export default experiment({
  name: "gans",
  question: "Does it run?",
  arms: { two: baseline(gan({ data, batch: 8, latent: 8, criticMoves: 2 })) },
  metrics: [fid({ features: domainFeatures({ steps: 5, width: 2, atLeast: 0 }) })],
  compare: [],
  seeds: 1,
  budget: { steps: 4 },
})
`

/** The page's losses, optimiser, schedule and metric in an experiment. */
const translation = `
import { baseline, experiment } from "@saddlepoint/core/experiment"
import { pix2pix } from "@saddlepoint/core/methods/translation/pix2pix"
import { unet } from "@saddlepoint/core/models/unet"
import { facades } from "@saddlepoint/datasets/facades"
import { edges } from "./edges.ts"
import { berhu } from "./berhu.ts"
import { largestError } from "./largestError.ts"
import { signum, triangle } from "./signum.ts"

export default experiment({
  name: "translation",
  question: "Does it run?",
  arms: {
    page: baseline(
      pix2pix({
        data: facades({ size: 16, train: 8, validation: 2, test: 4 }),
        generator: unet({ width: 2 }),
        batch: 2,
        optimiser: signum({ schedule: triangle() }),
        losses: [berhu({ weight: 10, threshold: 0.5 }), edges({ schedule: triangle() })],
      }),
    ),
  },
  metrics: [largestError()],
  compare: [],
  seeds: 1,
  budget: { steps: 3 },
})
`

/** What the compiler must refuse of the page's plug-ins; a line that it accepts is an error. */
const refused = `
import { twoMoons } from "@saddlepoint/datasets/twoMoons"
import { gan } from "./gan.ts"
import { berhu } from "./berhu.ts"

// @ts-expect-error points are no images
gan({ data: twoMoons() })
// @ts-expect-error there is no such option
berhu({ treshold: 1 })
`

/** Where the command line finds the page's files, as a user's: nothing but them. */
const place = temporaryFolder()
/** Where the compiler and this test find them, beside the packages that they import. */
const beside = temporaryFolder()
let engine: Engine

beforeAll(async () => {
  const definitions = { "gans.ts": gans, "translation.ts": translation }
  for (const [name, text] of Object.entries({ ...files, ...definitions })) {
    place.write(name, text)
    beside.write(name, text)
  }
  for (const [name, text] of Object.entries(shownFiles(readme!))) beside.write(name, text)
  beside.write("refused.ts", refused)
  const project = join(root, "src/cli/project.tsconfig.json")
  beside.write("tsconfig.json", JSON.stringify({ extends: project, include: ["*.ts"] }))
  symlinkSync(join(root, "node_modules"), join(beside.folder, "node_modules"), "dir")
  engine = await openEngine({ device: "onnx", threads: 1 })
})
afterAll(() => {
  engine.dispose()
  place.remove()
  beside.remove()
})

/** What a file of the page exports. */
const exported = (name: string): Promise<Record<string, (...options: unknown[]) => Use<Kind>>> =>
  import(pathToFileURL(join(beside.folder, name)).href)

/** What is chosen by a constructor of the page, built as it would be out of a definition. */
async function built(file: string, make: string, ...options: unknown[]): Promise<unknown> {
  const chosen = (await exported(file))[make]!(...options)
  const { json, plugins } = separated({ chosen })
  const mistakes: never[] = []
  const spec = decodePlugin(json.chosen, chosen.plugin.kind, [], { plugins, mistakes })
  expect(mistakes).toEqual([])
  return build(chosen.plugin.kind, spec!, plugins)
}

test("the page shows a file for a loss, one that needs a network, a metric, a dataset, a model, a method, and an optimiser", () => {
  expect(Object.keys(files)).toEqual([
    "berhu.ts",
    "edges.ts",
    "largestError.ts",
    "discs.ts",
    "denseGenerator.ts",
    "gan.ts",
    "signum.ts",
  ])
})

test("the compiler accepts every file of this page and of README, and refuses what cannot be", async () => {
  const compiler = join(root, "node_modules/typescript/bin/tsc")
  const said = await new Promise<string>((done) => {
    execFile(process.execPath, [compiler, "-p", beside.folder], (_error, stdout) => done(stdout))
  })
  expect(said).toBe("")
})

interface Checked {
  readonly name: string
  readonly laws: readonly { readonly law: string; readonly status: string }[]
}

async function lawsOf(
  file: string,
): Promise<{ code: number | null; statuses: (status: string) => string[] }> {
  const { code, stdout } = await saddlepoint(["laws", file, "--runs", "30", "--json"], place.folder)
  const { checked }: { checked: readonly Checked[] } = JSON.parse(stdout)
  const statuses = (status: string) =>
    checked.flatMap(({ name, laws }) =>
      laws.filter((law) => law.status === status).map(({ law }) => `${name} ${law}`),
    )
  return { code, statuses }
}

test("its losses keep their laws, under each of their examples, or decline one in a sentence", async () => {
  place.write("losses.ts", 'export * from "./edges.ts"\nexport * from "./berhu.ts"\n')
  const { code, statuses } = await lawsOf("losses.ts")
  expect({ code, failed: statuses("failed") }).toEqual({ code: 0, failed: [] })
  expect(statuses("passed")).toEqual(
    expect.arrayContaining(["berhu constantDifference", "berhu(threshold=0.25) constantDifference"]),
  )
  expect(statuses("declined")).toEqual(["edges meanOverPositions"])
})

test("the laws find a parabola beyond the threshold that is another one's", async () => {
  const parabola = "tf.div(beyond, 2 * threshold)"
  expect(files["berhu.ts"]).toContain(parabola)
  place.write("steep.ts", files["berhu.ts"]!.replace(parabola, "tf.div(beyond, 2)"))
  const { code, statuses } = await lawsOf("steep.ts")
  expect(code).toBe(1)
  expect(statuses("failed")).toContain("berhu(threshold=0.25) constantDifference")
})

test("its metric is the mean over images of the largest error", async () => {
  const metric = (await built("largestError.ts", "largestError")) as PairMetric
  const world = { dataset: undefined as never, datasetDigest: "d", judges: {} }
  const metering = await metric.begin(world)
  const target = tf.zeros([2, 2, 2, 1])
  // Largest errors of 1 and 0.5.
  const output = tf.tensor4d([0, -1, 0.5, 0, 0.25, 0, 0, 0.5], [2, 2, 2, 1])
  await metering.update({ input: target, output, target })
  const { values, identity } = await metering.compute()
  expect(values).toEqual({ largestError: 0.75 })
  expect(identity).toMatchObject({ metric: "largestError", version: 1, images: 2, dataset: "d" })
  tf.dispose([target, output])
})

test("its dataset gives what it declares, the same for the same index, other examples in every split, and has a digest", async () => {
  const sizes = { train: 6, validation: 3, test: 4 }
  const make = (options: object = {}) =>
    built("discs.ts", "discs", { ...sizes, ...options }) as Promise<Dataset>
  const dataset = await make()
  const { splits, classes } = await dataset.open()
  expect([await dataset.missing(), dataset.fields, classes]).toEqual([
    [],
    { image: "image", label: "class" },
    ["small", "large"],
  ])
  const read = ({ read, size }: Split) => read(Array.from({ length: size }, (_, index) => index))
  const seen: string[] = []
  for (const [name, split] of Object.entries(splits)) {
    expect(split.size).toBe(sizes[name as keyof typeof sizes])
    const { image, label } = await read(split)
    expect(image).toHaveLength(256 * split.size)
    expect(image!.every((value) => value >= -1 && value <= 1)).toBe(true)
    expect([...label!]).toEqual(Array.from({ length: split.size }, (_, index) => index % 2))
    for (let at = 0; at < split.size; at++) seen.push(String(image!.subarray(256 * at, 256 * (at + 1))))
    await expect(split.read([split.size])).rejects.toThrow("Expected an example's index between 0 and")
  }
  expect(new Set(seen).size).toBe(13)
  const again = (await (await make()).open()).splits.train
  expect(await again.read([4, 1])).toEqual(await splits.train.read([4, 1]))
  expect(await (await make()).digest()).toBe(await dataset.digest())
  expect(await (await make({ seed: 1 })).digest()).not.toBe(await dataset.digest())
})

test("its model builds a player of the asked shapes, seeded by name, and refuses fields that it cannot take", async () => {
  const model = (await built("denseGenerator.ts", "denseGenerator")) as Model
  const fields = (latent: readonly number[], image?: readonly number[]): PlayerFields => ({
    inputs: { latent: { shape: latent, dtype: "float32" } },
    ...(image === undefined ? {} : { outputs: { image: { shape: image, dtype: "float32" } } }),
  })
  const good = fields([5], [8, 8, 3])
  expect(refusalsOfModel(model, good)).toEqual([])
  const strange = { ...good, inputs: { ...good.inputs, text: { shape: [3], dtype: "float32" as const } } }
  for (const wrong of [fields([5, 1], [8, 8, 3]), fields([5], [8, 8]), fields([5]), strange]) {
    expect(refusalsOfModel(model, wrong)).toEqual([expect.stringMatching(/^Expected .+, but got .+; .+\.$/)])
  }
  const before = tf.memory().numTensors
  const players = [1, 1, 2].map((seed) => model.player("generator", good, seed))
  const images = players.map((player) =>
    tf.tidy(() => {
      const { image } = player.apply({ latent: tf.ones([2, 5]) }, "evaluate")
      expect(image!.shape).toEqual([2, 8, 8, 3])
      return String(image!.dataSync())
    }),
  )
  expect([images[0] === images[1], images[0] === images[2]]).toEqual([true, false])
  for (const player of players) player.dispose()
  expect(tf.memory().numTensors).toBe(before)
})

test("its optimiser steps by the sign of the average gradient, and its schedule rises and falls", async () => {
  const optimiser = (await built("signum.ts", "signum")) as Optimiser
  const point = tf.tidy(() => {
    const { shape } = optimiser.init({ x: [3] })["x/mean"]!
    const inputs = { rate: tf.scalar(optimiser.rate), scalars: {} }
    let values = { x: tf.tensor1d([1, -2, 3]) as tf.Tensor }
    let state = { "x/mean": tf.zeros([...shape]) as tf.Tensor }
    // The second gradient turns back, but not the average: 0.9 * 0.05 - 0.1 * 0.1 = 0.035.
    for (const gradient of [
      [0.5, -3, 0],
      [-0.1, 1, 0],
    ]) {
      const next = optimiser.update({ values, gradients: { x: tf.tensor1d(gradient) } }, state, inputs)
      ;[values, state] = [{ x: next.values.x! }, { "x/mean": next.state["x/mean"]! }]
    }
    return [...values.x.dataSync()]
  })
  for (const [at, value] of [0.998, -1.998, 3].entries()) expect(point[at]).toBeCloseTo(value, 6)
  const triangle = (await built("signum.ts", "triangle")) as Schedule
  expect([0, 0.25, 0.5, 0.75].map((progress) => triangle(100 * progress, progress))).toEqual([0, 0.5, 1, 0.5])
})

const fewDiscs = async () => (await exported("discs.ts")).discs!({ train: 24, validation: 1, test: 1 })
const openedDiscs = async () =>
  ((await built("discs.ts", "discs", { train: 24, validation: 1, test: 1 })) as Dataset).open()
const ganOf = async (options: object) => {
  const data = await fewDiscs()
  return (await built("gan.ts", "gan", { data, batch: 4, latent: 3, ...options })) as SamplesMethod
}

test("its GAN says which losses it would not listen to", async () => {
  const berhu = (await exported("berhu.ts")).berhu!()
  const { mistakes } = await ganOf({ losses: [berhu] })
  expect(mistakes).toMatchObject([{ path: ["losses", 0], message: expect.stringContaining("but berhu is") }])
  expect((await ganOf({})).mistakes).toEqual([])
})

test("its GAN goes on from a checkpoint to the same bits", async () => {
  const method = await ganOf({ criticMoves: 2 })
  const dataset = await openedDiscs()
  const training = { seed: 5, steps: 3, engine, openLoader: inOrder }
  const { undisturbed, resumed } = await exactResume({ ...training, stages: () => method.stages(dataset) }, 2)
  expect(resumed).toEqual(undisturbed)
})

test("the generator of its GAN moves after the second move of the discriminator, and an average follows it by a hundredth", async () => {
  const method = await ganOf({ criticMoves: 2 })
  const dataset = await openedDiscs()
  const moved: string[][] = []
  const [stage] = method.stages(dataset)
  const { players: first } = stage!.play({ seed: 5, carried: {}, steps: 1 })
  const { players } = await train({
    seed: 5,
    steps: 1,
    engine,
    openLoader: inOrder,
    stages: method.stages(dataset),
    onStep: ({ losses }) => moved.push([...new Set(Object.keys(losses).map((name) => name.split("/")[0]!))]),
  })
  expect(moved).toEqual([["discriminator"], ["discriminator", "generator"]])
  const values = async (player: (typeof players)[string], held: "variables" | "state") =>
    Promise.all(Object.values(player![held]).map(async (variable) => [...(await variable.data())]))
  const [start, latest] = [
    await values(first.generator!, "variables"),
    await values(players.generator!, "variables"),
  ]
  const average = (await values(players.average!, "state")).flat()
  const expected = start.flatMap((list, at) => list.map((value, i) => 0.99 * value + 0.01 * latest[at]![i]!))
  expect(average).toHaveLength(expected.length)
  expect(latest).not.toEqual(start)
  for (const [at, value] of average.entries()) expect(Math.abs(value - expected[at]!)).toBeLessThan(1e-6)
  for (const player of Object.values({ ...players })) player.dispose()
  for (const player of Object.values({ ...first })) player.dispose()
})

interface Output {
  readonly trials: readonly {
    readonly id: string
    readonly arm: string
    readonly status: string
    readonly metrics: Readonly<Record<string, { readonly value: number }>>
  }[]
}

async function run(file: string): Promise<Output["trials"]> {
  const { code, stdout, stderr } = await saddlepoint(
    ["run", file, "--store", "store", "--json"],
    place.folder,
  )
  expect({ code, problems: code === 0 ? "" : stderr }).toEqual({ code: 0, problems: "" })
  return (JSON.parse(stdout) as Output).trials
}

const kept = (experiment: string, trial: string, file: string) =>
  join(place.folder, "store", experiment, "trials", trial, "attempts", "1", file)

test("its GAN trains on its dataset, is judged by its average, and leaves a grid of samples", async () => {
  const trials = await run("gans.ts")
  expect(trials.map(({ arm, status }) => `${arm} ${status}`)).toEqual(["two completed"])
  const steps = trials.map(({ id }) => {
    expect(existsSync(kept("gans", id, "artifacts/grid.png"))).toBe(true)
    const events = readFileSync(kept("gans", id, "journal.jsonl"), "utf8")
      .trim()
      .split("\n")
    const played = events.map((line) => JSON.parse(line)).filter(({ event }) => event === "step")
    return [played.length, played.filter(({ losses }) => "generator/adversarial" in losses).length]
  })
  // A budget of four moves of the generator.
  expect(steps).toEqual([[8, 4]])
  for (const { metrics } of trials) expect(metrics.fid!.value).toBeGreaterThan(0)
})

test("its losses, optimiser, schedule and metric play together in a translation", async () => {
  const [trial] = await run("translation.ts")
  expect(trial).toMatchObject({ arm: "page", status: "completed" })
  expect(trial!.metrics.largestError!.value).toBeGreaterThan(0)
  expect(trial!.metrics.largestError!.value).toBeLessThanOrEqual(2)
  const journal = readFileSync(kept("translation", trial!.id, "journal.jsonl"), "utf8")
  for (const term of ["generator/berhu", "generator/edges"]) expect(journal).toContain(term)
})

test("the definitions that README shows can be declared", async () => {
  const shown = Object.keys(shownFiles(readme!))
  expect(shown.length).toBeGreaterThan(2)
  for (const name of shown) {
    if (name.endsWith(".json")) {
      const { code, stderr } = await saddlepoint(["plan", name, "--store", "store"], beside.folder)
      expect({ name, code, stderr }).toMatchObject({ name, code: 0 })
      continue
    }
    const definition = (await exported(name)).default as unknown as { readonly json?: { name?: string } }
    if (definition !== undefined) expect(definition.json).toHaveProperty("name")
  }
})

/** What a text names in code font, outside of the files that it shows. */
const named = (text: string) =>
  [...text.replace(/^```ts[\s\S]*?^```$/gm, "").matchAll(/`+([^`]+)`+/g)].map(([, words]) => words!)

test("every path that the page names is there", () => {
  const paths = named(page!).filter((word) =>
    /^(src|datasets|metrics|reports|experiments)\/\S*$|^\.\w+$/.test(word),
  )
  expect(paths.length).toBeGreaterThan(15)
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([])
})

test("every script of npm and every command that the page names is there", () => {
  const words = named(page!).join("\n")
  const scripts = [...words.matchAll(/npm (?:run )?([a-z]+)(?: -w ([\w/]+))?/g)].map(
    ([, script, workspace = "."]) => {
      const { scripts } = JSON.parse(readFileSync(join(root, workspace, "package.json"), "utf8"))
      return [`${workspace} ${script}`, script! in scripts]
    },
  )
  expect(scripts.length).toBeGreaterThan(6)
  expect(scripts.filter(([, there]) => !there)).toEqual([])
  const commands = readdirSync(join(root, "src/cli/commands")).map((file) => file.replace(/\.ts$/, ""))
  const called = [...words.matchAll(/npx saddlepoint (\w+)/g)].map(([, command]) => command!)
  expect(called).toContain("laws")
  expect(called.filter((command) => !commands.includes(command))).toEqual([])
})
