import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { saddlepoint, temporaryFolder, tinyExperiment } from "./testing/saddlepoint.ts"

const place = temporaryFolder()
afterAll(() => place.remove())
place.write("tiny.ts", tinyExperiment())

interface Output {
  readonly trials: readonly {
    readonly id: string
    readonly arm: string
    readonly status: string
    readonly evidence?: string
    readonly weightsSha256: string
    readonly metrics: Readonly<Record<string, { readonly value: number; readonly identity: object }>>
  }[]
  readonly verdicts: readonly object[]
  readonly report: string
}

let first: Awaited<ReturnType<typeof run>>
beforeAll(async () => {
  first = await run("tiny.ts", "first")
})

const run = async (file: string, store: string, ...more: string[]) => {
  const ended = await saddlepoint(["run", file, "--store", store, "--json", ...more], place.folder)
  return { ...ended, output: (ended.stdout === "" ? {} : JSON.parse(ended.stdout)) as Output }
}
const attempts = (store: string) => {
  const trials = join(place.folder, store, "tiny", "trials")
  return readdirSync(trials).flatMap((id) =>
    readdirSync(join(trials, id, "attempts")).map((n) => `${id}/${n}`),
  )
}

test("a definition with a loss of its own runs from outside the repository and prints one JSON object", () => {
  const { code, output } = first
  expect(code).toBe(0)
  expect(Object.keys(output).sort()).toEqual([
    "altered",
    "controls",
    "evaluated",
    "experiment",
    "judges",
    "report",
    "reused",
    "trained",
    "trials",
    "verdicts",
  ])
  expect(output.trials.map(({ arm, status }) => `${arm} ${status}`)).toEqual([
    "own completed",
    "gan completed",
  ])
  expect(Object.keys(output.trials[0]!).sort()).toEqual(
    ["arm", "id", "metrics", "role", "seconds", "seed", "status", "weightsSha256"].sort(),
  )
  expect(Object.keys(output.trials[0]!.metrics)).toEqual(["l1"])
  expect(output.verdicts).toHaveLength(1)
  expect(existsSync(join(place.folder, output.report))).toBe(true)
  expect(readFileSync(join(place.folder, output.report), "utf8")).toContain("Does it run?")
})

test("a finished store plays nothing again, and tells the same", async () => {
  const played = attempts("first")
  const again = await run("tiny.ts", "first")
  expect(again.output.trials).toEqual(first.output.trials)
  expect(attempts("first")).toEqual(played)
})

test("a store that was copied elsewhere gives the same page, without the definition and without its data", async () => {
  const elsewhere = temporaryFolder()
  cpSync(join(place.folder, "first"), join(elsewhere.folder, "copy"), { recursive: true })
  const words = ["report", "tiny", "--store", "copy", "--out", "page", "--json"]
  const { code, stdout, stderr } = await saddlepoint(words, elsewhere.folder)
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
  const read = (folder: string, path: string) => readFileSync(join(folder, path), "utf8")
  const again = JSON.parse(stdout) as Output
  expect(read(elsewhere.folder, again.report)).toBe(read(place.folder, first.output.report))
  const played = { trained: 2, evaluated: 2, reused: 0 }
  expect({ ...again, ...played, report: "" }).toEqual({ ...first.output, report: "" })
  const other = await saddlepoint(["report", "tiny", "--store", "copy", "--profile", "no"], elsewhere.folder)
  expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining("it keeps one without a profile") })
  elsewhere.remove()
})

test("with one more seed only the new trials are played", async () => {
  const before = attempts("first")
  const { output, code } = await run("tiny.ts", "first", "--set", "seeds=2")
  expect(code).toBe(0)
  expect(output.trials).toHaveLength(4)
  expect(attempts("first").filter((attempt) => !before.includes(attempt))).toHaveLength(2)
})

test("a diverged trial is a result: shown, counted, and exit code 0", async () => {
  // In the store that has the other arm and the controls.
  const { code, output, stderr } = await run("tiny.ts", "first", "--set", "arms.own.optimiser.rate=1e30")
  const [own] = output.trials
  expect(own).toMatchObject({ arm: "own", status: "diverged", metrics: {} })
  expect(own!.evidence).toMatch(/became (NaN|-?Infinity) at step \d+ of stage translation\./)
  expect(output.verdicts).toMatchObject([{ outcome: "inconclusive" }])
  expect(stderr).toContain("diverged")
  expect(code).toBe(0)
})

/** A classifier, which has no controls to play, with a loss of the user's own that throws dice. */
const dice = `
import { loss } from "@saddlepoint/core/losses/define"
import { baseline, experiment } from "@saddlepoint/core/declare/experiment"
import { sourceOnly } from "@saddlepoint/core/methods/adaptation/sourceOnly"
import { adaptation } from "@saddlepoint/datasets/adaptation"
import { glyphs } from "@saddlepoint/datasets/glyphs"
import * as tf from "@saddlepoint/engine/tf"
import { accuracy } from "@saddlepoint/metrics/accuracy"

const dice = loss("classification", {
  name: "dice",
  version: 1,
  learner: ({ logits }) => tf.mul(Math.random(), tf.mean(logits, [1])),
  laws: { undecided: () => 0, certain: 0 },
})
const sizes = { size: 16, train: 4, validation: 2, test: 2 }
const data = adaptation({ source: glyphs(sizes), target: glyphs({ ...sizes, domain: "blurred" }) })

export default experiment({
  name: "dice",
  question: "Does it run?",
  arms: { own: baseline(sourceOnly({ data, batch: 2, losses: [dice()] })) },
  metrics: [accuracy()],
  compare: [],
  seeds: 1,
  budget: { steps: 1 },
})
`

test("a trial that draws from Math.random fails and says where randomness comes from", async () => {
  place.write("dice.ts", dice)
  const { code, output } = await run("dice.ts", "dice")
  expect(code).toBe(1)
  expect(output.trials[0]).toMatchObject({ arm: "own", status: "failed" })
  expect(output.trials[0]!.evidence).toMatch(/Math\.random/)
})
