import { openEngine } from "@saddlepoint/engine"
import type { Engine, EngineName } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Learn, learn, type Move } from "../contracts/game.ts"
import type { HostOptimiser } from "../contracts/optimiser.ts"
import { exactResume } from "../laws/exactResume.ts"
import { inOrder } from "../laws/inOrder.ts"
import { makeLbfgs } from "../optimisers/lbfgs.ts"
import { makeSgd } from "../optimisers/sgd.ts"
import { imageOf, only, stage, stageOf, towards, valuesOf, vector } from "./testing/toys.ts"
import { type StepReport, train } from "./trainer.ts"

/** Half of the squared distance to 3, by which the player of that name learns. */
const bowl = (optimiser: Learn["groups"][number]["optimiser"], name = "image"): Learn =>
  learn({
    name,
    learns: [name],
    optimiser,
    objective: ({ players }) =>
      only("bowl", tf.mul(0.5, tf.sum(tf.square(tf.sub(imageOf(players[name]), 3))))),
  })

/** Looks at the objective in two other places before it takes half of a step of gradient descent; notes what it was shown. */
function curious(seen: unknown[] = []): HostOptimiser {
  return {
    name: "curious",
    rate: 0.5,
    schedule: (step) => (step === 0 ? 1 : 0.5),
    host: true,
    init: () => ({ looks: { shape: [], values: Float32Array.of(0) } }),
    async update({ values, evaluate }, state, { rate, count }) {
      const { loss, gradient } = await evaluate(values)
      await evaluate(values.map(() => 100))
      await evaluate(values.map(() => -100))
      seen.push({ loss, rate, count, looks: state.looks![0] })
      return {
        values: values.map((value, index) => value - rate * gradient[index]!),
        state: { looks: Float32Array.of(state.looks![0]! + 3) },
      }
    },
  }
}

describe.each<EngineName>(["js", "onnx"])("on the engine %s", (device) => {
  let engine: Engine
  beforeAll(async () => {
    engine = await openEngine({ device, threads: 1 })
  })
  afterAll(() => engine.dispose())

  async function play(names: readonly string[], moves: readonly Move[], steps: number) {
    const losses: StepReport["losses"][] = []
    const outcome = await train({
      stages: [stageOf(names, moves)],
      seed: 1,
      steps,
      engine,
      openLoader: inOrder,
      onStep: (report) => losses.push(report.losses),
    })
    return { losses, ...outcome }
  }

  test("terms are those at the start of the move, wherever else the optimiser looked", async () => {
    const seen: unknown[] = []
    const { losses, players } = await play(["image"], [bowl(curious(seen))], 2)
    // (1 - 3)^2 / 2 = 2; the rate 1/2 takes 1 to 2; (2 - 3)^2 / 2; the rate 1/4 takes 2 to 2.25.
    expect(losses.map((of) => of["image/bowl"])).toEqual([2, 0.5])
    expect(losses.map((of) => of["image/total"])).toEqual([2, 0.5])
    expect(valuesOf(players.image)).toEqual([2.25])
    expect(seen).toEqual([
      { loss: 2, rate: 0.5, count: 1, looks: 0 },
      { loss: 0.5, rate: 0.25, count: 2, looks: 3 },
    ])
  })

  test("L-BFGS finds the minimum of a quadratic of several players in one update", async () => {
    const move = learn({
      name: "both",
      learns: ["a", "b"],
      optimiser: makeLbfgs({ lineSearch: "strongWolfe" }),
      objective({ players: { a, b } }) {
        const [x, y] = [tf.sum(imageOf(a)), tf.sum(imageOf(b))]
        return only("quadratic", tf.add(tf.square(tf.sub(x, 3)), tf.mul(5, tf.square(tf.add(y, x)))))
      },
    })
    const { players } = await play(["a", "b"], [move], 1)
    expect(valuesOf(players.a)[0]).toBeCloseTo(3, 3)
    expect(valuesOf(players.b)[0]).toBeCloseTo(-3, 3)
  })

  /** A move that makes what its player is, before it halves it. */
  const maker = learn({
    name: "maker",
    learns: ["maker"],
    optimiser: makeSgd({ rate: 0.25 }),
    objective({ players }) {
      const image = imageOf(players.maker)
      return only("size", tf.sum(tf.square(image)), { image })
    },
  })
  const reader = learn({
    name: "reader",
    learns: ["reader"],
    optimiser: makeSgd({ rate: 1 }),
    objective: ({ players, made }) => only("product", tf.sum(tf.mul(imageOf(players.reader), made.image!))),
  })

  test("what earlier moves made crosses a host move, and reaches it too", async () => {
    const host: Learn = {
      ...bowl(curious(), "host"),
      objective: ({ players, made }) =>
        only("product", tf.sum(tf.mul(imageOf(players.host), tf.mul(2, made.image!)))),
    }
    const { players, leaked } = await play(["maker", "host", "reader"], [maker, host, reader], 1)
    // Made was 1: the host's slope is 2 and its rate 1/2; the reader's slope is 1 and its rate 1.
    expect(valuesOf(players.maker)).toEqual([0.5])
    expect(valuesOf(players.host)).toEqual([0])
    expect(valuesOf(players.reader)).toEqual([0])
    expect(leaked).toBe(0)
  })

  test("what a host move made, at its start, reaches later moves", async () => {
    const making: Learn = {
      ...bowl(curious(), "host"),
      objective({ players }) {
        const image = imageOf(players.host)
        return only("bowl", tf.mul(0.5, tf.sum(tf.square(tf.sub(image, 3)))), { image })
      },
    }
    const { players } = await play(["host", "reader"], [making, reader], 1)
    expect(valuesOf(players.reader)).toEqual([0])
  })

  test("what is made crosses also where the host move comes in some steps only", async () => {
    for (const when of [
      { every: 2, from: 0 },
      { every: 2, from: 1 },
    ]) {
      const seen: string[] = []
      const host: Learn = {
        ...bowl(curious(), "host"),
        when,
        objective: ({ players, made }) => {
          seen.push(Object.keys(made).join())
          return only("product", tf.sum(tf.mul(imageOf(players.host), made.image!)))
        },
      }
      const { leaked, losses } = await play(["maker", "host", "reader"], [maker, host, reader], 12)
      expect(new Set(seen)).toEqual(new Set(["image"]))
      expect(losses.filter((of) => "host/total" in of)).toHaveLength(6)
      expect(leaked).toBe(0)
    }
  })

  test("no tensor leaks over many host moves between compiled ones", async () => {
    const moves = [
      maker,
      bowl(curious(), "first"),
      reader,
      bowl(makeLbfgs(), "second"),
      towards(0, { player: "last" }),
    ]
    const before = tf.memory().numTensors
    const { players, leaked } = await play(["maker", "first", "reader", "second", "last"], moves, 10)
    for (const player of Object.values(players)) player.dispose()
    expect(leaked).toBe(0)
    expect(tf.memory().numTensors).toBe(before)
  })

  test("the objective that a host optimiser asks for is replayed where the engine replays", async () => {
    const { moves } = await play(["image"], [bowl(curious())], 4)
    expect(moves.map(({ mode }) => mode)).toEqual([device === "onnx" ? "replayed" : "lazy"])
  })

  test("a trial resumed after any of its steps ends with the same bits, the curvature that L-BFGS remembers included", async () => {
    // Rosenbrock's function, with two directions an update: the pairs of earlier steps matter.
    const rosenbrock = (): Learn =>
      learn({
        name: "image",
        learns: ["image"],
        optimiser: makeLbfgs({ rate: 0.5, maxIterations: 2, history: 3 }),
        objective({ players }) {
          const [x, y] = tf.split(imageOf(players.image), 2) as [tf.Tensor, tf.Tensor]
          const valley = tf.mul(100, tf.square(tf.sub(y, tf.square(x))))
          return only("rosenbrock", tf.sum(tf.add(valley, tf.square(tf.sub(1, x)))))
        },
      })
    const stages = () => [
      stage(() => ({
        players: { image: vector([-1.2, 1]), maker: vector([1]), reader: vector([1]) },
        moves: [maker, rosenbrock(), reader],
      })),
    ]
    for (const stop of [1, 2, 5, 6]) {
      const { undisturbed, resumed } = await exactResume(
        { stages, seed: 1, steps: 7, engine, openLoader: inOrder },
        stop,
      )
      expect(resumed).toEqual(undisturbed)
    }
  })

  test("a host optimiser with a gate, with other groups, or in a simultaneous game is one sentence", async () => {
    const open = { ...bowl(curious()), gate: () => tf.scalar(true, "bool") }
    await expect(play(["image"], [open], 1)).rejects.toThrow(
      "Expected one group and no gate in image, because curious works on the host; make moves of their own of it.",
    )
    const [group] = bowl(curious()).groups
    const two: Learn = { ...bowl(curious()), groups: [group!, { learns: ["other"], optimiser: makeSgd() }] }
    await expect(play(["image", "other"], [two], 1)).rejects.toThrow(
      "Expected one group and no gate in image",
    )
    const simultaneous = stageOf(["image"], [bowl(curious())], { simultaneous: true })
    await expect(
      train({ stages: [simultaneous], seed: 1, steps: 1, engine, openLoader: inOrder }),
    ).rejects.toThrow(
      "Expected moves that alternate in the stage only, because curious of image works on the host, but they are simultaneous; choose another optimiser.",
    )
  })
})
