import { openEngine } from "@saddlepoint/engine"
import type { Engine, EngineName } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Learn, learn } from "../contracts/game.ts"
import { exactResume } from "../laws/exactResume.ts"
import { inOrder } from "../laws/inOrder.ts"
import { makeAdam } from "../optimisers/adam.ts"
import { imageOf, only, stageOf, valuesOf } from "./testing/toys.ts"
import { train } from "./trainer.ts"
import type { TrainingState } from "./trainingState.ts"

/** A move of Adam on x^2 whose gate is open where `open` says so: a schedule, so that it is known by the step alone. */
const gated = (open: (step: number) => boolean): Learn =>
  learn({
    name: "image",
    learns: ["image"],
    optimiser: makeAdam({ rate: 0.1, beta1: 0.9 }),
    objective: ({ players }) => only("size", tf.sum(tf.square(imageOf(players.image)))),
    gate: (scene) =>
      tf.greater(
        scene.schedule("open", (step) => (open(step) ? 1 : 0)),
        0.5,
      ),
  })
const ungated = (): Learn => {
  const { gate: _, ...move } = gated(() => true)
  return move
}

describe.each<EngineName>(["js", "onnx"])("on the engine %s", (device) => {
  let engine: Engine
  beforeAll(async () => {
    engine = await openEngine({ device, threads: 1 })
  })
  afterAll(() => engine.dispose())

  async function play(moves: readonly Learn[], steps: number) {
    const states: TrainingState[] = []
    const names: string[][] = []
    const outcome = await train({
      stages: [stageOf(["image"], moves)],
      seed: 1,
      steps,
      engine,
      openLoader: inOrder,
      async onStep({ capture, losses }) {
        states.push(await capture())
        names.push(Object.keys(losses))
      },
    })
    return { states, names, ...outcome }
  }

  test("a closed gate leaves variables and optimiser as they are, bit for bit", async () => {
    const { states } = await play([gated((step) => step < 3)], 9)
    for (const state of states.slice(3)) {
      expect(state.players).toEqual(states[2]!.players)
      expect(state.optimisers).toEqual(states[2]!.optimisers)
    }
    expect(states[2]!.players).not.toEqual(states[1]!.players)
    expect(states[2]!.optimisers).not.toEqual(states[1]!.optimisers)
  })

  test("Adam counts only the moves whose gate was open: after closed gates it steps as at its first", async () => {
    const late = await play([gated((step) => step >= 4)], 8)
    const early = await play([ungated()], 4)
    expect(valuesOf(late.players.image)).toEqual(valuesOf(early.players.image))
    const holed = await play([gated((step) => step % 2 === 1)], 8)
    expect(valuesOf(holed.players.image)).toEqual(valuesOf(early.players.image))
  })

  test("whether a gate was open is no loss", async () => {
    const { names } = await play([gated(() => true)], 1)
    expect(names).toEqual([["image/size", "image/total"]])
  })

  test("a gate sees what the objective made, and what the players are", async () => {
    const { gate: _, ...move } = gated(() => true)
    const stopping: Learn = {
      ...move,
      objective: (scene) => ({
        ...move.objective(scene),
        made: { size: tf.square(imageOf(scene.players.image)) },
      }),
      gate: ({ made }) => tf.greater(tf.sum(made.size!), 0.5),
    }
    const { players, leaked } = await play([stopping], 12)
    const [value] = valuesOf(players.image)
    // Adam's steps are near 0.1: 1, 0.9, 0.8, then 0.7 whose square is below a half.
    expect(value! ** 2).toBeLessThanOrEqual(0.5)
    expect(value!).toBeGreaterThan(0.6)
    expect(leaked).toBe(0)
  })

  test("a trial resumed between closed gates goes on with the same count", async () => {
    for (const stop of [1, 3, 4, 6]) {
      const stages = () => [stageOf(["image"], [gated((step) => step % 3 === 2)])]
      const { undisturbed, resumed } = await exactResume(
        { stages, seed: 1, steps: 8, engine, openLoader: inOrder },
        stop,
      )
      expect(resumed).toEqual(undisturbed)
    }
  })
})
