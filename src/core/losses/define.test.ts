import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { expect, expectTypeOf, test } from "vitest"
import { axis } from "../contracts/axis.ts"
import type { JsonObject } from "../contracts/json.ts"
import { isUse, type Use } from "../contracts/plugin.ts"
import { resolve } from "../declare/decode/resolve.ts"
import { pluginMap } from "../declare/definition.ts"
import { linearSchedule } from "../schedules/linear.ts"
import { adversarial } from "./adversarial.ts"
import { losses } from "./catalogue.ts"
import { loss } from "./define.ts"
import { l1 } from "./l1.ts"
import { builtLoss, noWorld } from "./testing/builtLoss.ts"
import { fakeNetwork, fakeNetworkPlugin } from "./testing/fakeNetwork.ts"

const powered = loss("reconstruction", {
  name: "powered",
  version: 1,
  options: { power: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(3))) },
  learner: ({ output, target }, { power }) =>
    tf.mean(tf.pow(tf.abs(tf.sub(output, target)), power), [1, 2, 3]),
  laws: ({ power }) => ({
    atTarget: 0,
    smoothAtTarget: power > 1,
    constantDifference: (d) => Math.abs(d) ** power,
  }),
})

test("a constructor takes a weight, an axis of weights, or options, each of which may be swept", () => {
  expect(l1().options).toEqual({})
  expect(l1(100).options).toEqual({ weight: 100 })
  expect(l1(axis(10, 100)).options).toEqual({ weight: { axis: [10, 100] } })
  expect(powered({ power: axis(2, 4), weight: 5 }).options).toEqual({ power: { axis: [2, 4] }, weight: 5 })
  expect(isUse(l1(100))).toBe(true)
})

test("the compiler knows a loss's role and its options", () => {
  expectTypeOf(l1(1)).toEqualTypeOf<Use<"loss", { role: "reconstruction" }>>()
  expectTypeOf(adversarial("bce")).toEqualTypeOf<Use<"loss", { role: "adversarial" }>>()
  // @ts-expect-error: an unknown key
  powered({ pwer: 2 })
  // @ts-expect-error: a number, not a word
  powered({ power: "2" })
  // @ts-expect-error: only `adversarial` takes a word
  powered("bce")
  // @ts-expect-error: it needs no network
  powered({ sight: fakeNetwork({ factor: 3 }) })
})

test("options decode with their defaults, and a bad one is refused in words", () => {
  const decode = Schema.decodeUnknownSync(
    Schema.Struct(powered.plugin.options) as unknown as Schema.Codec<unknown>,
  )
  expect(decode({})).toEqual({ power: 3, weight: 1 })
  expect(decode({ every: 16 })).toEqual({ power: 3, weight: 1, every: 16 })
  expect(() => decode({ weight: -1 })).toThrow("expected a weight of at least 0")
  expect(() => decode({ every: 0 })).toThrow()
  expect(() => decode({ every: 1.5 })).toThrow()
})

test("facts may depend on the options", () => {
  expect(builtLoss(powered({ power: 1 })).laws.smoothAtTarget).toBe(false)
  expect(builtLoss(powered({ power: 2 })).laws.constantDifference?.(-3)).toBe(9)
})

test("a role says what a side sees; options and the world come after it", () => {
  const scaled = loss("domains", {
    name: "scaled",
    version: 1,
    scope: "batch",
    options: { by: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(2))) },
    learner: ({ source, target }, { by }) => tf.mul(by, tf.sum(tf.sub(source, target))),
    laws: {},
  })
  const { role, scope, sides } = builtLoss(scaled({ by: 3 }))
  expect({ role, scope, sides: Object.keys(sides) }).toEqual({
    role: "domains",
    scope: "batch",
    sides: ["learner"],
  })
  const value = tf.tidy(() => {
    const seen = { source: tf.tensor2d([[1, 2]]), target: tf.tensor2d([[0, 1]]) }
    return sides.learner!(seen, noWorld).dataSync()[0]
  })
  expect(value).toBe(6)
})

test("a side is left out where a loss has nothing to say to it, and examples are each their own value where not told otherwise", () => {
  const built = builtLoss(powered())
  expect(built.sides.opponent).toBeUndefined()
  expect(built.scope).toBe("example")
})

test("a schedule of the weight comes built beside it, and none where none was chosen", () => {
  expect(builtLoss(l1()).schedule).toBeUndefined()
  expect(builtLoss(l1()).every).toBeUndefined()
  const built = builtLoss(l1({ weight: 10, every: 4, schedule: linearSchedule({ initial: 1, end: 0 }) }))
  expect([built.weight, built.every, built.schedule!(5, 0.5)]).toEqual([10, 4, 0.5])
})

test("given networks come from slots of the loss's own names; one that is left out is the default", () => {
  const seeing = loss("reconstruction", {
    name: "seeing",
    version: 1,
    needs: { sight: fakeNetwork({ factor: 3 }), taste: undefined },
    learner: ({ output }) => output,
    laws: { atTarget: 0, smoothAtTarget: true },
  })
  const plugins = pluginMap([seeing.plugin, fakeNetworkPlugin])
  const built = builtLoss(seeing({ taste: fakeNetwork({ factor: 5 }) }))
  expect(Object.entries(built.needs!).map(([need, { task }]) => [need, task])).toEqual([
    ["sight", "times 3"],
    ["taste", "times 5"],
  ])
  // Without a default it has to be chosen.
  expect(() => resolve("loss", { use: "seeing" }, plugins)).toThrow("taste: expected a judge but got nothing")
  expect(builtLoss(l1()).needs).toBeUndefined()
})

test("the catalogue names every loss once, and each is built by its examples with something to say to somebody", () => {
  const names = losses.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  const plugins = pluginMap([...losses, fakeNetworkPlugin])
  for (const { name, examples = [{}], slots = {} } of losses) {
    expect(examples.length).toBeGreaterThan(0)
    const given = Object.entries(slots).filter(([, { kind }]) => kind === "judge")
    const networks = Object.fromEntries(given.map(([slot]) => [slot, { use: "fakeNetwork", factor: 2 }]))
    for (const example of examples) {
      const built = resolve("loss", { use: name, ...networks, ...(example as JsonObject) }, plugins)
      expect([name, built.name, Object.keys(built.sides).length > 0]).toEqual([name, name, true])
    }
  }
})

test("a loss may tell its scope from its options, and refuse options that do not go together", () => {
  const picky = loss("domains", {
    name: "picky",
    version: 1,
    options: { over: Schema.Literals(["batch", "example"]), square: Schema.optionalKey(Schema.Boolean) },
    scope: ({ over }) => over,
    check: ({ over, square }) =>
      square && over === "batch" ? [{ path: ["square"], message: "expected no squares of a batch" }] : [],
    learner: ({ source }) => tf.mean(source, 1),
    laws: {},
  })
  expect(builtLoss(picky({ over: "batch" })).scope).toBe("batch")
  expect(builtLoss(picky({ over: "example", square: true })).scope).toBe("example")
  expect(() => builtLoss(picky({ over: "batch", square: true }))).toThrow(
    "square: expected no squares of a batch",
  )
})
