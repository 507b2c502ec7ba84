import { basename } from "node:path"
import type { Engine } from "@saddlepoint/engine/engine"
import { openEngine } from "@saddlepoint/engine/open"
import { afterAll, beforeAll, expect, test } from "vitest"
import { checkTrajectory, trajectoriesIn } from "./checkTrajectories.ts"
import { familyOf } from "./families.ts"

/** A folder of recorded trainings; see the README. */
const folder = process.env.SADDLEPOINT_TRAJECTORIES
const cases = folder === undefined ? [] : await trajectoriesIn(folder)

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "onnx" })
})
afterAll(() => engine.dispose())

test.skipIf(folder === undefined)(
  "the folder of recorded trainings holds some that are covered",
  async () => {
    const families = await Promise.all(cases.map((each) => familyOf(basename(each))))
    expect(families.filter((family) => family !== undefined).length).toBeGreaterThan(0)
  },
)

for (const path of cases) {
  test(`${basename(path)} is followed, or not yet covered`, async () => {
    const before = engine.memory().tensors
    const { verdict, problems } = await checkTrajectory(path, engine)
    expect(problems).toEqual([])
    expect(["passed", "not yet covered"]).toContain(verdict)
    expect(engine.memory().tensors).toBe(before)
  })
}
