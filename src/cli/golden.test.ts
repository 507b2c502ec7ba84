import { recordedDescent } from "@saddlepoint/core/golden/testing/recordedDescent"
import { writtenCase } from "@saddlepoint/core/golden/testing/writtenCase"
import { afterAll, beforeAll, expect, test } from "vitest"
import { saddlepoint, temporaryFolder } from "./testing/saddlepoint.ts"

let place: ReturnType<typeof temporaryFolder>
beforeAll(async () => {
  place = temporaryFolder()
  await writtenCase(place.folder, "novel-gan", {})
  await writtenCase(place.folder, "optimisers-right", recordedDescent(1e-4))
})
afterAll(() => place.remove())

test("recorded trainings are played, a line each, and what no family plays is said", async () => {
  const { code, stdout } = await saddlepoint(["golden", ".", "--device", "js"], place.folder)
  expect(code).toBe(0)
  expect(stdout.trim().split("\n")).toEqual([
    "-       novel-gan: not yet covered",
    expect.stringMatching(
      /^passed {2}optimisers-right: 20 numbers, the farthest at \S+ of its tolerance \(\S+, \w+\)$/,
    ),
    "",
    "Of 2 recorded cases 1 passed, 0 failed, 1 are not yet covered.",
  ])
})

test("one that is not followed ends with exit code 1, and JSON holds what came of each", async () => {
  const wrong = await writtenCase(place.folder, "optimisers-wrong", recordedDescent(2e-4))
  const { code, stdout } = await saddlepoint(["golden", wrong, "--device", "js"], place.folder)
  expect(code).toBe(1)
  expect(stdout).toMatch(/^FAILED {2}optimisers-wrong: 20 numbers, .+\n {8}Expected .+ times as much\.\n/)
  const machine = await saddlepoint(["golden", ".", "--device", "js", "--json"], place.folder)
  expect(machine.code).toBe(1)
  const { cases } = JSON.parse(machine.stdout)
  expect(cases.map(({ case: name, verdict }: Record<string, string>) => [name, verdict])).toEqual([
    ["novel-gan", "not yet covered"],
    ["optimisers-right", "passed"],
    ["optimisers-wrong", "failed"],
  ])
})
