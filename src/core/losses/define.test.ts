import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { expect, expectTypeOf, test } from "vitest"
import { axis } from "../contracts/axis.ts"
import { isUse, type Use } from "../contracts/plugin.ts"
import { adversarial } from "./adversarial.ts"
import { losses, lossesToCheck } from "./catalogue.ts"
import { reconstructionLoss } from "./define.ts"
import { l1 } from "./l1.ts"

const powered = reconstructionLoss({
  name: "powered",
  version: 1,
  options: { power: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(3))) },
  compute: (output, target, { power }) => tf.mean(tf.pow(tf.abs(tf.sub(output, target)), power), [1, 2, 3]),
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
})

test("options decode with their defaults, and a bad one is refused in words", () => {
  const decode = Schema.decodeUnknownSync(
    Schema.Struct(powered.plugin.options) as unknown as Schema.Codec<unknown>,
  )
  expect(decode({})).toEqual({ power: 3, weight: 1 })
  expect(() => decode({ weight: -1 })).toThrow("expected a weight of at least 0")
})

test("facts may depend on the options", () => {
  expect(powered.plugin.build({ power: 1, weight: 1 }).laws.smoothAtTarget).toBe(false)
  expect(powered.plugin.build({ power: 2, weight: 1 }).laws.constantDifference?.(-3)).toBe(9)
})

test("the catalogue names every loss once and checks every one of them", () => {
  const names = losses.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(new Set(lossesToCheck.map(({ plugin }) => plugin))).toEqual(new Set(losses))
})
