import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Engine } from "@saddlepoint/engine/engine"
import { openEngine } from "@saddlepoint/engine/open"
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest"
import { checkTrajectory, trajectoriesIn } from "./checkTrajectories.ts"
import { recordedDescent } from "./testing/recordedDescent.ts"
import { writtenCase } from "./testing/writtenCase.ts"

let engine: Engine
let parent: string
beforeAll(async () => {
  engine = await openEngine({ device: "js" })
})
afterAll(() => engine.dispose())
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "saddlepoint-trajectories-"))
})
afterEach(() => rm(parent, { recursive: true }))

test("a run that was recorded by other means is played through the moves of a game, and passes", async () => {
  const folder = await writtenCase(parent, "optimisers-tiny", recordedDescent(1e-4))
  const before = engine.memory().tensors
  const report = await checkTrajectory(folder, engine)
  // 3 losses, 3 rates, 9 values on the way; sum, norm and 3 values of the end.
  expect(report).toMatchObject({ case: "optimisers-tiny", verdict: "passed", problems: [], compared: 20 })
  expect(report.worst!.share).toBeLessThan(0.1)
  expect(engine.memory().tensors).toBe(before)
})

test.each([
  ["another rate", recordedDescent(1.1e-4)],
  ["another momentum", recordedDescent(1e-4, 0.8)],
])("a record made with %s fails, and says where", async (_, written) => {
  const report = await checkTrajectory(await writtenCase(parent, "optimisers-tiny", written), engine)
  expect(report.verdict).toBe("failed")
  expect(report.problems[0]).toMatch(/^Expected .+sgd-momentum-step.+ of its record, but it is off by/)
})

test("a case that no family plays is not yet covered, and its files are not read", async () => {
  await mkdir(join(parent, "novel-gan"))
  await writeFile(join(parent, "novel-gan", "case.json"), "not even JSON")
  expect(await checkTrajectory(join(parent, "novel-gan"), engine)).toEqual({
    case: "novel-gan",
    verdict: "not yet covered",
    compared: 0,
    problems: [],
    leftOut: {},
  })
})

test("a case that cannot be read or played fails with a sentence", async () => {
  const { tensors: _, ...written } = recordedDescent(1e-4)
  const unplayable = await writtenCase(parent, "pix2pix-nothing", written)
  const unreadable = join(parent, "dann-28")
  await mkdir(unreadable)
  await writeFile(join(unreadable, "case.json"), "{")
  for (const folder of [unplayable, unreadable]) {
    const { verdict, problems } = await checkTrajectory(folder, engine)
    expect(verdict).toBe("failed")
    expect(problems).toEqual([expect.stringMatching(/^Expected .+\.$/)])
  }
})

test("a folder's cases are found in order of name, one case by itself, and none where something else lies", async () => {
  const folders = [await writtenCase(parent, "b", {}), await writtenCase(parent, "a", {})]
  await mkdir(join(parent, "c"))
  await writeFile(join(parent, "README.md"), "")
  expect(await trajectoriesIn(parent)).toEqual(folders.toReversed())
  expect(await trajectoriesIn(folders[0]!)).toEqual([folders[0]])
  expect(await trajectoriesIn(join(parent, "c"))).toEqual([])
  expect(await trajectoriesIn(join(parent, "nowhere"))).toEqual([])
})
