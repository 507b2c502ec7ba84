import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { stillName } from "@saddlepoint/lab/contracts/stills"
import type { Findings } from "@saddlepoint/lab/store/reading/findings"
import sharp from "sharp"
import { afterAll, beforeAll, expect, test } from "vitest"
import { studyOf } from "../findings/study.ts"
import { writeReport } from "../report.ts"
import { syntheticFindings } from "../testing/syntheticFindings.ts"
import { stillsOf } from "./stills.ts"

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "saddlepoint-stills-"))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const facts = { bytes: 1, sha256: "0".repeat(64) }

/** Findings of two arms with two seeds, whose trials kept stills of one colour after so many steps. */
async function findingsWith(steps: Readonly<Record<string, readonly number[]>>): Promise<Findings> {
  const arms = { l1: ["baseline", 1, 1, 1, 1], gan: ["challenger", 2, 1, 1, 1] } as const
  const findings = await syntheticFindings({ arms, seeds: [1, 2], comparisons: [] })
  const trials = []
  for (const trial of findings.trials) {
    const own = join(folder, `${Object.keys(steps).join("-")}-${trial.arm}-${trial.seed}`)
    const names = (steps[`${trial.arm} ${trial.seed}`] ?? []).map((step) => `artifacts/${stillName(step)}`)
    for (const name of names) {
      await mkdir(dirname(join(own, name)), { recursive: true })
      const create = { width: 30, height: 20, channels: 3, background: "#336699" } as const
      await sharp({ create }).png().toFile(join(own, name))
    }
    const files = Object.fromEntries(names.map((name) => [name, facts]))
    trials.push({ ...trial, folder: own, result: { ...trial.result!, files } })
  }
  return { ...findings, trials }
}

test("each arm shows the stills of its first seed that kept some, side by side by step", async () => {
  const { arms } = studyOf(await findingsWith({ "gan 2": [10, 20], "l1 1": [20, 30], "l1 2": [5] }))
  const stills = await stillsOf(arms)
  expect(stills!.steps).toEqual([10, 20, 30])
  const shown = stills!.arms.map(({ arm, seed, stills }) => [
    arm.label,
    seed,
    stills.map((one) => one?.width),
  ])
  expect(shown).toEqual([
    ["l1", 1, [undefined, 30, 30]],
    ["gan", 2, [30, 30, undefined]],
  ])
})

test("of many steps sixteen are shown, evenly, the first and the last among them", async () => {
  const steps = Array.from({ length: 100 }, (_, at) => 10 * (at + 1))
  const stills = await stillsOf(studyOf(await findingsWith({ "l1 1": steps })).arms)
  expect(stills!.steps).toHaveLength(16)
  expect([stills!.steps[0], stills!.steps.at(-1)]).toEqual([10, 1000])
  const gaps = stills!.steps.slice(1).map((step, at) => step - stills!.steps[at]!)
  expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(10)
})

test("where nobody kept any, or none can be read, there are none, and the page has no section", async () => {
  const findings = await findingsWith({})
  expect(await stillsOf(studyOf(findings).arms)).toBeNull()
  const lost = await findingsWith({ "l1 1": [40] })
  const trials = lost.trials.map((trial) => ({ ...trial, folder: join(folder, "gone") }))
  expect(await stillsOf(studyOf({ ...lost, trials }).arms)).toBeNull()
  const { html } = await writeReport(findings, join(folder, "without"))
  expect(await readFile(html, "utf8")).not.toContain('id="stills"')
})

test("the page has a button for each step, the last chosen, without a script, and the same bytes again", async () => {
  const findings = await findingsWith({ "gan 1": [1000, 2000, 3000] })
  const { html } = await writeReport(findings, join(folder, "one"))
  const page = await readFile(html, "utf8")
  expect(page.match(/<input type="radio" name="stills"/g)).toHaveLength(3)
  expect(page.match(/id="still2" checked>/g)).toHaveLength(1)
  expect(page.match(/ checked>/g)).toHaveLength(1)
  expect(page).toContain('alt="What gan, seed 1, made after 1\u202f000 steps."')
  expect(page).not.toContain("<script")
  expect(await readFile((await writeReport(findings, join(folder, "two"))).html, "utf8")).toBe(page)
})
