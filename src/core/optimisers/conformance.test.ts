import { openEngine } from "@saddlepoint/engine"
import type { Engine, StepContext } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type HostOptimiser, isHost, type Named, type Optimiser } from "../contracts/optimiser.ts"
import { decodePlugin } from "../declare/decode/decodePlugin.ts"
import { build } from "../declare/decode/resolve.ts"
import { pluginMap } from "../declare/definition.ts"
import { schedules } from "../schedules/catalogue.ts"
import { optimisers } from "./catalogue.ts"
import { freshState, type Point, played, playedOnHost, updated } from "./testing/played.ts"

/** What every optimiser must do. A new one in the catalogue is tested here without a line, under each of its `examples`. */
const plugins = pluginMap([...optimisers, ...schedules])

const cases = optimisers.flatMap(({ name, examples = [{}] }) =>
  examples.map((options) => {
    const mistakes: never[] = []
    const spec = decodePlugin({ use: name, ...(options as object) }, "optimiser", [], { plugins, mistakes })
    expect(mistakes).toEqual([])
    const optimiser = build("optimiser", spec!, plugins)
    return { title: `${name} ${JSON.stringify(options)}`, name, spec: spec!, optimiser }
  }),
)
const onTensors = cases.flatMap((given) =>
  isHost(given.optimiser) ? [] : [{ ...given, optimiser: given.optimiser as Optimiser }],
)
const onHost = cases.flatMap((given) =>
  isHost(given.optimiser) ? [{ ...given, optimiser: given.optimiser as HostOptimiser }] : [],
)

/** Look at all gradients of their group at once. */
const coupling = ["clipByGlobalNorm"]
const decays = (spec: unknown): boolean =>
  typeof spec === "object" &&
  spec !== null &&
  Object.entries(spec).some(([key, value]) => (key === "weightDecay" ? value > 0 : decays(value)))

const coordinate = fc
  .tuple(fc.double({ min: 0.5, max: 2, noNaN: true }), fc.boolean())
  .map(([size, negative]) => Math.fround(negative ? -size : size))
const vector = fc.array(coordinate, { minLength: 1, maxLength: 4 })
const group: fc.Arbitrary<Point> = fc.record({ weight: vector, bias: vector })
/** A bowl with its floor at 0, steeper in later elements. */
const bowlGradient = (values: Point): Point =>
  Object.fromEntries(
    Object.entries(values).map(([name, list]) => [name, list.map((value, i) => (1 + i) * value)]),
  )
const bowl = (values: Point): number =>
  Object.values(values).reduce(
    (sum, list) => sum + list.reduce((part, value, i) => part + ((1 + i) * value ** 2) / 2, 0),
    0,
  )

describe("one update after the other", () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await openEngine({ device: "js" })
  })
  afterAll(() => engine.dispose())

  describe.each(onTensors)("$title", ({ optimiser, name, spec }) => {
    const once = (values: Point, gradients = bowlGradient(values)) =>
      updated(optimiser, { values, state: freshState(optimiser, values) }, gradients, 1)

    test("gives the same values and state for the same point twice", () => {
      fc.assert(
        fc.property(group, (values) => {
          expect(once(values)).toEqual(once(values))
        }),
        { numRuns: 10 },
      )
    })

    test("returns tensors of the state that it began with, in their shapes, and nothing else", () => {
      const values = { weight: [1, -1, 0.5], bias: [2] }
      const state = freshState(optimiser, values)
      const next = once(values)
      expect(Object.keys(next.state).sort()).toEqual(Object.keys(state).sort())
      expect(Object.keys(next.values)).toEqual(["weight", "bias"])
      for (const [field, list] of Object.entries(next.state)) expect(list).toHaveLength(state[field]!.length)
      for (const list of Object.values({ ...next.state, ...next.values })) {
        expect(list.every(Number.isFinite)).toBe(true)
      }
    })

    test("lowers a bowl with its first update, and goes on to", () => {
      fc.assert(
        fc.property(group, (start) => {
          const losses = [0, 1, 20].map((steps) => bowl(played(optimiser, start, bowlGradient, steps).values))
          expect(losses[1]).toBeLessThan(losses[0]!)
          expect(losses[2]).toBeLessThan(losses[1]!)
        }),
        { numRuns: 10 },
      )
    })

    test("leaves values where a gradient is 0 from the start, or draws them to 0 where weights decay", () => {
      fc.assert(
        fc.property(group, (values) => {
          const flat = Object.fromEntries(
            Object.entries(values).map(([key, list]) => [key, list.map(() => 0)]),
          )
          const next = once(values, flat)
          if (!decays(spec)) expect(next.values).toEqual(values)
          else {
            const sizes = (list: readonly number[]) => list.map(Math.abs)
            for (const [key, list] of Object.entries(next.values)) {
              for (const [i, size] of sizes(list).entries())
                expect(size).toBeLessThan(sizes(values[key]!)[i]!)
            }
          }
        }),
        { numRuns: 10 },
      )
    })

    test("leaves a variable that no gradient reached, and its state, as they are", () => {
      const values = { weight: [1, 2], bias: [3] }
      const before = played(optimiser, values, bowlGradient, 2)
      const next = updated(optimiser, before, { weight: [1, -1] }, 3)
      expect(next.values.bias).toEqual(before.values.bias)
      expect(next.values.weight).not.toEqual(before.values.weight)
      for (const [field, list] of Object.entries(before.state)) {
        if (field.startsWith("bias")) expect(next.state[field]).toEqual(list)
      }
    })

    test.skipIf(coupling.includes(name))("moves each variable of a group as if it were alone", () => {
      fc.assert(
        fc.property(group, (values) => {
          const together = played(optimiser, values, bowlGradient, 3)
          for (const [variable, list] of Object.entries(values)) {
            const alone = played(optimiser, { [variable]: list }, bowlGradient, 3)
            expect(alone.values[variable]).toEqual(together.values[variable])
            for (const [field, slot] of Object.entries(alone.state))
              expect(together.state[field]).toEqual(slot)
          }
        }),
        { numRuns: 10 },
      )
    })

    test("continues exactly from values and state that were kept", () => {
      fc.assert(
        fc.property(group, fc.integer({ min: 0, max: 4 }), (values, stop) => {
          let at = JSON.parse(JSON.stringify(played(optimiser, values, bowlGradient, stop)))
          for (let count = stop + 1; count <= 5; count++) {
            at = updated(optimiser, at, bowlGradient(at.values), count)
          }
          expect(at).toEqual(played(optimiser, values, bowlGradient, 5))
        }),
        { numRuns: 10 },
      )
    })

    test("asks the host for finite scalars, however many updates there were", () => {
      for (const scalar of Object.values(optimiser.scalars)) {
        for (const count of [1, 2, 1e3, 1e7]) expect(Number.isFinite(scalar(count))).toBe(true)
      }
    })

    test("keeps no tensors", () => {
      const values = { weight: [1, 2], bias: [3] }
      once(values)
      const before = tf.memory().numTensors
      once(values)
      expect(tf.memory().numTensors).toBe(before)
    })
  })
})

describe("in an engine that compiles", () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await openEngine({ device: "onnx", threads: 1 })
  })
  afterAll(() => engine.dispose())

  describe.each(onTensors)("$title", ({ optimiser }) => {
    test("is replayed, with the values of updates that are not", async () => {
      const replayed = await compiled(engine, optimiser, () => {})
      const lazy = await compiled(engine, optimiser, (context) => context.step)
      expect(replayed.mode).toBe("replayed")
      expect(lazy.mode).toBe("lazy")
      expect(replayed.values).toEqual(lazy.values)
      expect(replayed.leaked).toBe(0)
    })
  })
})

/** Six steps on a bowl, with values and state in variables, as the trainer plays them. */
async function compiled(engine: Engine, optimiser: Optimiser, look: (context: StepContext) => unknown) {
  const start: Point = { weight: [1, -2, 0.5], bias: [2, 1] }
  const variables = (point: Point): Record<string, tf.Variable> =>
    tf.tidy(() =>
      Object.fromEntries(
        Object.entries(point).map(([name, list]) => [name, tf.variable(tf.tensor([...list], [list.length]))]),
      ),
    )
  const values = variables(start)
  const state = variables(freshState(optimiser, start))
  const step = engine.compile(
    (_feeds, context) => {
      look(context)
      const gradients = Object.fromEntries(
        Object.entries(values).map(([name, value]) => [name, tf.mul(value, 1.5)]),
      )
      const scalars = Object.keys(optimiser.scalars).map((name) => [name, context.schedule(name)])
      const inputs = { rate: context.schedule("rate"), scalars: Object.fromEntries(scalars) }
      const next = optimiser.update({ values, gradients }, state, inputs)
      for (const [name, value] of Object.entries(next.values)) values[name]!.assign(value)
      for (const [name, tensor] of Object.entries(next.state)) state[name]!.assign(tensor)
      return {}
    },
    {
      random: () => new Float32Array(),
      schedule: (name, at) => (name === "rate" ? optimiser.rate : optimiser.scalars[name]!(at + 1)),
    },
  )
  let settled = 0
  for (let at = 0; at < 6; at++) {
    step.play({}, at)
    if (at === 3) settled = tf.memory().numTensors
  }
  const leaked = tf.memory().numTensors - settled
  const lists = async (point: Named<tf.Tensor>) =>
    Promise.all(Object.values(point).map(async (tensor) => [...(await tensor.data())]))
  const result = { mode: step.mode, leaked, values: [await lists(values), await lists(state)] }
  step.dispose()
  tf.dispose([values, state])
  return result
}

describe.each(onHost)("$title", ({ optimiser }) => {
  const objective = (values: Float64Array) => ({
    loss: bowl({ x: [...values] }),
    gradient: Float64Array.from(bowlGradient({ x: [...values] }).x!),
  })
  const atStart = (values: readonly number[], updates = 1) =>
    playedOnHost(optimiser, values, objective, updates)

  test("gives the same values and state for the same point twice, and changes none of its inputs", async () => {
    const values = Float64Array.of(1, -2, 0.5)
    const state = (await atStart([1, -2, 0.5])).state
    const kept = [values.slice(), structuredClone(state)]
    const inputs = { rate: optimiser.rate, count: 2 }
    const evaluate = async (at: Float64Array) => objective(at)
    const first = await optimiser.update({ values, evaluate }, state, inputs)
    expect([values, state]).toEqual(kept)
    expect(await optimiser.update({ values, evaluate }, state, inputs)).toEqual(first)
  })

  test("returns a state of the shapes that it began with", async () => {
    const fields = optimiser.init(3)
    for (const { shape, values } of Object.values(fields)) {
      expect(values).toBeInstanceOf(Float32Array)
      expect(values).toHaveLength(tf.util.sizeFromShape([...shape]))
    }
    const { state } = await atStart([1, -2, 0.5], 3)
    expect(Object.keys(state).sort()).toEqual(Object.keys(fields).sort())
    for (const [name, values] of Object.entries(state)) {
      expect(values).toBeInstanceOf(Float32Array)
      expect(values).toHaveLength(fields[name]!.values.length)
      expect(values.every(Number.isFinite)).toBe(true)
    }
  })

  test("lowers a bowl with its first update", async () => {
    await fc.assert(
      fc.asyncProperty(vector, async (start) => {
        const { values } = await atStart(start)
        expect(objective(values).loss).toBeLessThan(objective(Float64Array.from(start)).loss)
      }),
      { numRuns: 10 },
    )
  })

  test("stays where the gradient is 0", async () => {
    const { values } = await atStart([0, 0], 2)
    expect([...values]).toEqual([0, 0])
  })

  test("comes to rest where nothing is to win, and looks at it just once more", async () => {
    const { values, losses } = await atStart([1, 1, 1], 20)
    expect(losses.at(-1)).toHaveLength(1)
    for (const value of values) expect(Math.abs(value)).toBeLessThan(1e-4)
  })
})

describe.each(optimisers.filter(({ slots }) => slots?.schedule !== undefined))("$name", (plugin) => {
  const decoded = (options: object) => {
    const mistakes: never[] = []
    const spec = decodePlugin({ use: plugin.name, ...options }, "optimiser", [], { plugins, mistakes })
    expect(mistakes).toEqual([])
    return spec!
  }

  test("resolves to nothing more where it has no schedule, and multiplies its rate by the one it has", () => {
    const [options = {}] = plugin.examples ?? []
    expect(decoded(options)).not.toHaveProperty("schedule")
    expect(build("optimiser", decoded(options), plugins)).not.toHaveProperty("schedule")
    const schedule = { use: "linear", length: { steps: 4 } }
    const built = build("optimiser", decoded({ ...options, schedule }), plugins)
    expect([0, 1, 4].map((step) => built.schedule!(step, step / 100))).toEqual([1, 0.75, 0])
  })
})
