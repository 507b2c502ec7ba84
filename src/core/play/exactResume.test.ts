import { openEngine } from "@saddlepoint/engine"
import type { Engine, EngineName } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { exactResume } from "../laws/exactResume.ts"
import { inOrder } from "../laws/inOrder.ts"
import { everyKindOfMove, halving } from "./testing/everyKindOfMove.ts"
import { train } from "./trainer.ts"

/** The game gets 8 of them, each of two steps; the stage after it 4. */
const budget = 12
const steps = 20

describe.each<EngineName>(["js", "onnx"])("on the engine %s, with moves of every kind", (device) => {
  let engine: Engine
  beforeAll(async () => {
    engine = await openEngine({ device, threads: 1 })
  })
  afterAll(() => engine.dispose())

  test("training that stops after any step and goes on from its checkpoint ends with the same bits", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: steps }),
        fc.integer({ min: 0, max: 5 }),
        async (stop, seed) => {
          const before = tf.memory().numTensors
          const { undisturbed, resumed } = await exactResume(
            { stages: everyKindOfMove, seed, steps: budget, engine, openLoader: inOrder, given: halving },
            stop,
          )
          expect(resumed).toEqual(undisturbed)
          expect(tf.memory().numTensors).toBe(before)
        },
      ),
      {
        numRuns: 8,
        // The first step, both sides of the stages' border, the last step.
        examples: [
          [1, 1],
          [15, 1],
          [16, 1],
          [17, 1],
          [steps, 1],
        ],
      },
    )
  })

  test("no tensor is left behind, step by step and in the end", async () => {
    const before = tf.memory().numTensors
    const {
      players,
      leaked,
      steps: played,
    } = await train({
      stages: everyKindOfMove(),
      seed: 1,
      steps: 3 * budget,
      engine,
      openLoader: inOrder,
      given: halving,
    })
    for (const player of Object.values(players)) player.dispose()
    expect(played).toBe(3 * steps)
    expect(leaked).toBe(0)
    expect(tf.memory().numTensors).toBe(before)
  })
})
