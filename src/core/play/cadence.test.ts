import { openEngine } from "@saddlepoint/engine"
import type { Engine } from "@saddlepoint/engine/engine"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { nCritic, type Stage } from "../contracts/game.ts"
import { inOrder } from "../laws/inOrder.ts"
import { stageOf, towards } from "./testing/toys.ts"
import { type StepReport, stepsOf, train } from "./trainer.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "js", threads: 1 })
})
afterAll(() => engine.dispose())

/** A critic that moves in every step, and a generator after every fifth of its moves. */
const wasserstein = (others: Partial<Stage> = {}): Stage =>
  stageOf(
    ["critic", "generator"],
    [towards(0, { player: "critic" }), { ...towards(0, { player: "generator" }), when: nCritic(5) }],
    {},
    others,
  )
const counting = wasserstein({ counts: { move: "generator", every: 5 } })

async function reports(stages: readonly Stage[], steps: number): Promise<StepReport[]> {
  const seen: StepReport[] = []
  await train({
    stages,
    seed: 1,
    steps,
    engine,
    openLoader: inOrder,
    onStep: (report) => seen.push(report),
  })
  return seen
}

const stepsWith = (move: string, seen: readonly StepReport[]) =>
  seen.filter(({ losses }) => `${move}/total` in losses).map(({ step }) => step)

test("with nCritic(5) the generator moves first in step 4, after five moves of its critic", async () => {
  const seen = await reports([wasserstein()], 11)
  expect(stepsWith("critic", seen)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(stepsWith("generator", seen)).toEqual([4, 9])
})

test("a move with a cadence of 5 alone is taken at steps 0, 5, 10, ... only", async () => {
  const seen = await reports([stageOf(["image"], [{ ...towards(0), when: { every: 5 } }])], 11)
  expect(stepsWith("image", seen)).toEqual([0, 5, 10])
})

describe("a stage that counts the generator's moves", () => {
  test("plays five steps for each of the budget, and says so in every report", async () => {
    const seen = await reports([counting], 3)
    expect(seen).toHaveLength(15)
    expect(stepsWith("generator", seen)).toHaveLength(3)
    expect(seen.map(({ step }) => step)).toEqual([...Array(15).keys()])
    expect(new Set(seen.map(({ steps }) => steps))).toEqual(new Set([15]))
  })

  test("shares the budget with other stages before it counts", () => {
    const plain = stageOf(["image"], [towards(0)], {}, { name: "plain" })
    expect(stepsOf([counting, { ...plain, share: 3 }], 8)).toEqual([10, 6])
  })

  test("whose move comes in another rhythm is refused in one sentence", async () => {
    const other = wasserstein({ counts: { move: "generator", every: 4 } })
    await expect(reports([other], 3)).rejects.toThrow(
      "Expected the stage only to have a move generator every 4 steps, which its budget counts, but got one every 5; make the two agree.",
    )
  })

  test("whose move does not exist is refused in one sentence", async () => {
    const none = wasserstein({ counts: { move: "maker", every: 5 } })
    await expect(reports([none], 3)).rejects.toThrow(
      "Expected the stage only to have a move maker every 5 steps, which its budget counts, but got none; make the two agree.",
    )
  })
})
