import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { glyphsOf } from "../../testing/glyphsOf.ts"
import { anEngine, anExecution, aPlan, aTrial, someFacts } from "../../testing/plan.ts"
import { attemptFolder } from "../files/layout.ts"
import { openAttempt } from "./attempt.ts"
import { describeDataset } from "./datasetFacts.ts"
import { type Manifest, readManifest, readUndeclared } from "./manifest.ts"
import {
  describeDeclaration,
  describeDefinition,
  describeNumerics,
  describeParent,
  describeRandomness,
} from "./manifestFacts.ts"

const [user, host] = ["sidonie", "quietfjord"]
let place: string
const before = {
  cwd: process.cwd(),
  HOME: process.env.HOME,
  USER: process.env.USER,
  HOSTNAME: process.env.HOSTNAME,
}
beforeEach(() => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "saddlepoint-manifest-")))
  place = join(root, "home", user, host, "deep", "down")
  mkdirSync(place, { recursive: true })
  process.chdir(place)
  Object.assign(process.env, { HOME: join(root, "home", user), USER: user, HOSTNAME: host })
})
afterEach(() => {
  process.chdir(before.cwd)
  for (const name of ["HOME", "USER", "HOSTNAME"] as const) {
    if (before[name] === undefined) delete process.env[name]
    else process.env[name] = before[name]
  }
  rmSync(place.slice(0, place.indexOf(join("/", "home", user))), { recursive: true, force: true })
})

const plan = aPlan({ l1: "baseline", gan: "challenger" }, [1, 2], {
  comparisons: [{ metric: "psnr", challenger: "gan", baseline: "l1", margin: 0.1, alpha: 0.05 }],
})

test("a manifest tells what was asked, declared and used, and names no user, host or absolute path", async () => {
  const data = glyphsOf({ train: 20, validation: 4, test: 4 })
  const trial = { ...aTrial("gan", 2), source: { use: "glyphs", folder: join(place, "data") } }
  const folder = attemptFolder(place, "example", trial.id, 1)
  mkdirSync(folder, { recursive: true })
  openAttempt(
    place,
    "example",
    trial,
    anExecution,
    {
      ...someFacts,
      definition: describeDefinition(join(place, "mine", "question.ts"), "quick", [
        `arms.gan.data=${place}/x/y`,
      ]),
      declared: describeDeclaration(plan),
      randomness: describeRandomness(trial),
      numerics: describeNumerics(anEngine),
      answers: "pairs",
      trainingSteps: 50,
      dataset: await describeDataset(data, await data.open(), trial, "d".repeat(64), join(place, "cache")),
      parent: describeParent({
        attempt: 1,
        step: 9,
        file: "checkpoints/000000009.0123456789abcdef.safetensors",
      }),
      restarts: 1,
    },
    1,
  )
  const text = readFileSync(join(folder, "manifest.json"), "utf8")
  expect(text).not.toContain(user)
  expect(text).not.toContain(host)
  expect(text).not.toMatch(/"[^"]*(?<![\w.…])\/(?:home|tmp|var|private)\//)
  expect(readManifest(folder)).toMatchObject({
    schema: 5,
    definition: { file: "mine/question.ts", profile: "quick" },
    declared: {
      seeds: [1, 2],
      comparisons: plan.comparisons,
      arms: [{ name: "l1", role: "baseline" }, { name: "gan" }],
    },
    randomness: { seed: 2, generator: "Alea", library: expect.stringMatching(/^seedrandom \d+\.\d+\.\d+$/) },
    numerics: { dtype: "float32", tf32: "not used", threads: 1 },
    answers: "pairs",
    steps: 10,
    trainingSteps: 50,
    parent: { attempt: 1, step: 9, checkpoint: "0123456789abcdef" },
    machine: { v8: process.versions.v8, container: expect.any(Boolean), timeZone: expect.any(String) },
  })
})

test("a definition outside the working folder is named, not placed", () => {
  expect(describeDefinition(join(place, "..", user, "question.ts"), undefined, [])).toEqual({
    file: "…/question.ts",
    overrides: [],
  })
})

test("manifests of earlier schemas are read too, those of the future are not", () => {
  for (const [schema, readable] of [
    [1, true],
    [2, true],
    [3, true],
    [4, false],
  ] as const) {
    writeFileSync(
      join(place, "manifest.json"),
      JSON.stringify({ schema, trial: "t", execution: anExecution }),
    )
    expect(readManifest(place) !== undefined).toBe(readable)
  }
})

test("read without what was declared, a manifest is otherwise the same, however it is laid out", () => {
  const trial = aTrial("gan", 2)
  const folder = attemptFolder(place, "example", trial.id, 1)
  mkdirSync(folder, { recursive: true })
  const declared = describeDeclaration({
    ...plan,
    comparisons: [{ ...plan.comparisons[0]!, challenger: '\n  },\n  "declared": {' }],
  })
  openAttempt(place, "example", trial, anExecution, { ...someFacts, declared }, 1)
  const { declared: written, ...others } = readManifest(folder) as Manifest
  expect(written).toEqual(declared)
  expect(readUndeclared(folder)).toEqual(others)
  // Those of earlier versions are not sealed.
  const earlier = { ...others, schema: 3, declared }
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(earlier))
  expect(readUndeclared(folder)).toEqual(earlier)
  writeFileSync(join(folder, "manifest.json"), '{"schema": 3, "trial":')
  expect(readUndeclared(folder)).toBeUndefined()
})
