import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { halfway, syntheticAdaptation } from "../../testing/syntheticAdaptation.ts"
import { type Arm, studyOf } from "../study.ts"
import { changes, classAnswersOf, recalls, summed } from "./classAnswers.ts"

let folder: string
let arms: Readonly<Record<string, Arm>>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "saddlepoint-answers-"))
  const study = studyOf(await syntheticAdaptation({ folder }))
  arms = Object.fromEntries(study.arms.map((arm) => [arm.name, arm]))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** An arm whose only trial left this text as its answers. */
async function armWith(text: string, artifact = "odd.json"): Promise<Arm> {
  await writeFile(join(folder, "odd.json"), text)
  const [trial] = arms.dann!.trials
  const inside = { ...trial!, folder, result: { ...trial!.result!, artifacts: { answers: artifact } } }
  return { ...arms.dann!, trials: [inside] }
}

test("counts over the seeds have the labels as rows, the answers as columns and the accuracies as their diagonal", async () => {
  const answers = (await classAnswersOf(arms.dann!))!
  expect(answers.classes).toEqual(["cat", "dog"])
  expect([...answers.target.keys()]).toEqual([1, 2, 3])
  // Of 50 images of each class 35, 30 and 40 are right, see `classAnswersOf` in syntheticAdaptation.ts.
  expect([...summed(answers).counts]).toEqual([105, 45, 45, 105])
  expect([...summed(answers, [2]).counts]).toEqual([30, 20, 20, 30])
  expect(recalls(summed(answers))).toEqual([0.7, 0.7])
})

test("changes are taken over the seeds that both arms have", async () => {
  const [before, after] = [(await classAnswersOf(arms.sourceOnly!))!, (await classAnswersOf(arms.dann!))!]
  expect(changes(after, before)!.seeds).toBe(3)
  for (const value of changes(after, before)!.values) expect(value).toBeCloseTo(0.2, 12)
  const only = { ...before, target: new Map([[2, before.target.get(2)!]]) }
  // Seed 2: 0.6 against 0.4.
  expect(changes(after, only)).toEqual({
    seeds: 1,
    values: [expect.closeTo(0.2, 12), expect.closeTo(0.2, 12)],
  })
  expect(changes(after, { ...before, target: new Map() })).toBeNull()
  expect(changes(after, { ...before, classes: ["cat", "cow"] })).toBeNull()
})

test("a class without images has no recall", () => {
  expect(recalls({ classes: 2, counts: Float64Array.of(0, 0, 1, 3) })).toEqual([Number.NaN, 0.75])
})

test("without labels nothing is counted, and that is known", async () => {
  const blind = studyOf(await syntheticAdaptation({ folder: join(folder, "blind"), labels: false }))
  const answers = (await classAnswersOf(blind.arms[0]!))!
  expect(answers.labelled).toBe(false)
  expect([...summed(answers).counts]).toEqual([0, 0, 0, 0])
})

test.each([
  ["no JSON", "{"],
  ["another thing", "[1, 2]"],
  ["null", "null"],
  ["answers beyond the classes", JSON.stringify({ classes: ["a"], target: { labels: [0], answers: [3] } })],
  ["fewer answers than labels", JSON.stringify({ classes: ["a"], target: { labels: [0, 0], answers: [0] } })],
])("a file that holds %s is no answer", async (_name, text) => {
  expect(await classAnswersOf(await armWith(text))).toBeNull()
})

test("a file outside the attempt's folder is never read", async () => {
  const text = JSON.stringify({ classes: ["a"], target: { labels: [0], answers: [0] } })
  expect(await classAnswersOf(await armWith(text))).not.toBeNull()
  const [first] = (await armWith(text, "../odd.json")).trials
  const outside = { ...arms.dann!, trials: [{ ...first!, folder: join(folder, "below") }] }
  expect(await classAnswersOf(outside)).toBeNull()
})

test("an arm without trials that left answers has none", async () => {
  expect(await classAnswersOf(studyOf(await syntheticAdaptation({ arms: halfway })).arms[0]!)).toBeNull()
})
