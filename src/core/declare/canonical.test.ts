import fc from "fast-check"
import { expect, test } from "vitest"
import type { Json } from "../contracts/json.ts"
import { canonical, canonicalObject, contentHash, textHash } from "./canonical.ts"

const json = () => fc.jsonValue() as fc.Arbitrary<Json>

/** The same value with the keys of every object in another order. */
function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => reversed(item))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  )
}

test("the canonical text reads back as the same value", () => {
  fc.assert(
    fc.property(json(), (value) => {
      // JSON.stringify turns -0 into 0, as the canonical text does.
      expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test("the order of keys does not matter", () => {
  fc.assert(fc.property(json(), (value) => canonical(reversed(value)) === canonical(value)))
})

test("two values have one text exactly when they are equal", () => {
  const equal = (a: Json, b: Json) => {
    try {
      expect(a).toEqual(b)
      return true
    } catch {
      return false
    }
  }
  // toEqual tells -0 from 0; canonical text does not, so zeros are made plain first.
  const plain = (value: Json) => JSON.parse(JSON.stringify(value)) as Json
  const small = fc.letrec((tie) => ({
    value: fc.oneof(
      fc.constantFrom(null, true, 0, 1, "", "0", "a"),
      fc.array(tie("value"), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom("a", "b"), tie("value"), { maxKeys: 2 }),
    ),
  })).value as fc.Arbitrary<Json>
  fc.assert(
    fc.property(small, small, (a, b) => equal(plain(a), plain(b)) === (canonical(a) === canonical(b))),
    { numRuns: 1000 },
  )
})

test("the example of RFC 8785 has its published form", () => {
  // RFC 8785, section 3.2.2 and 3.2.3 (sample input and expected output).
  const value = {
    numbers: [Number("333333333.33333329"), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"\u002f",
    literals: [null, true, false],
  }
  expect(canonical(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  )
})

test("minus zero is zero", () => {
  expect(canonical([-0])).toBe("[0]")
})

test("what JSON cannot hold is refused with its place", () => {
  expect(() => canonical({ a: [1, Number.NaN] })).toThrow('expected a JSON value at "a.1" but got NaN')
  expect(() => canonical({ a: undefined } as unknown as Json)).toThrow('at "a" but got undefined')
  expect(() => canonical([Number.POSITIVE_INFINITY])).toThrow('at "0" but got Infinity')
})

test("the hash is SHA-256 in hex digits", () => {
  // printf '{"a":1}' | sha256sum
  expect(contentHash({ a: 1 })).toBe("015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862")
})

test("an object that is put together from texts of its members has the text of the object", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), json()), (object) => {
      const texts = Object.fromEntries(
        Object.entries(object).map(([key, member]) => [key, canonical(member)]),
      )
      expect(textHash(canonicalObject(texts))).toBe(contentHash(object))
    }),
  )
})
