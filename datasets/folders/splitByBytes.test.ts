import fc from "fast-check"
import { expect, test } from "vitest"
import { splitByBytes } from "./splitByBytes.ts"

const share = fc.constantFrom(0, 0.1, 0.25, 0.4)
/** Images by their content: a number stands for the bytes. */
const contents = fc.array(fc.nat(30), { minLength: 12, maxLength: 60 })

const split = (bytes: readonly number[], options: { validation: number; test: number; seed: number }) =>
  splitByBytes({
    name: "any",
    where: "/images",
    paths: bytes.map((_, at) => `/images/${String(at).padStart(3, "0")}`),
    hashes: bytes.map((content) => `hash ${content}`),
    ...options,
  })

test("every image is in one split, copies are in the same, and shares of 0 draw nothing", () => {
  fc.assert(
    fc.property(contents, share, share, fc.nat(), (bytes, validation, test, seed) => {
      const splits = split(bytes, { validation, test, seed })
      const different = new Set(bytes).size
      const drawn = [validation, test].map((part) =>
        part === 0 ? 0 : Math.max(1, Math.round(part * different)),
      )
      if (typeof splits === "string") {
        expect(drawn[0]! + drawn[1]!).toBeGreaterThanOrEqual(different)
        return
      }
      const contentsOf = (paths: readonly string[]) =>
        new Set(paths.map((path) => bytes[Number(path.slice(-3))]!))
      expect(Object.values(splits).flat().sort()).toEqual(
        bytes.map((_, at) => `/images/${String(at).padStart(3, "0")}`),
      )
      expect([contentsOf(splits.validation).size, contentsOf(splits.test).size]).toEqual(drawn)
      expect(contentsOf(splits.train).size + drawn[0]! + drawn[1]!).toBe(different)
    }),
  )
})

test("too few different images are refused in one sentence", () => {
  expect(split([1, 1, 2], { validation: 0.1, test: 0.2, seed: 0 })).toBe(
    "Expected at least 3 different images to split into train, validation and test in /images, but there are 2.",
  )
  expect(split([1, 1], { validation: 0, test: 0.2, seed: 0 })).toBe(
    "Expected at least 2 different images to split into train, validation and test in /images, but there is 1.",
  )
})
