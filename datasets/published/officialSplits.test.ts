import fc from "fast-check"
import { expect, test } from "vitest"
import { officialSplits } from "./officialSplits.ts"

const counts = { train: 40, test: 20 }
const sizes = fc.record(
  {
    seed: fc.nat(1000),
    train: fc.integer({ min: 1, max: 20 }),
    validation: fc.integer({ min: 1, max: 20 }),
    test: fc.integer({ min: 1, max: 20 }),
  },
  { requiredKeys: ["seed", "validation"] },
)

test("splits have the sizes that are asked for, share nothing, and test comes from the test part alone", () => {
  fc.assert(
    fc.property(sizes, (options) => {
      const { train, validation, test: held } = officialSplits("mnist", options, counts)
      expect([train.part, validation.part, held.part]).toEqual(["train", "train", "test"])
      expect(train.indices).toHaveLength(options.train ?? counts.train - options.validation)
      expect(validation.indices).toHaveLength(options.validation)
      expect(held.indices).toHaveLength(options.test ?? counts.test)
      const training = [...train.indices, ...validation.indices]
      expect(new Set(training).size).toBe(training.length)
      expect(new Set(held.indices).size).toBe(held.indices.length)
      for (const index of training) expect(index >= 0 && index < counts.train).toBe(true)
      for (const index of held.indices) expect(index >= 0 && index < counts.test).toBe(true)
    }),
  )
})

test("a smaller number is the beginning of a larger one, and another seed another order", () => {
  fc.assert(
    fc.property(sizes, (options) => {
      const { train: _, test: __, ...whole } = options
      const some = officialSplits("mnist", options, counts)
      const all = officialSplits("mnist", whole, counts)
      for (const name of ["train", "test"] as const) {
        expect(all[name].indices.slice(0, some[name].indices.length)).toEqual(some[name].indices)
      }
      expect(officialSplits("mnist", { ...whole, seed: whole.seed + 1 }, counts)).not.toEqual(all)
      expect(officialSplits("usps", whole, counts)).not.toEqual(all)
    }),
  )
})

test("more examples than there are are refused in one sentence", () => {
  expect(() => officialSplits("mnist", { seed: 0, validation: 10, train: 31 }, counts)).toThrow(
    "Expected at least 41 training examples of mnist (31 to train on and 10 for validation), but there are 40; lower " +
      "`train` or `validation`.",
  )
  expect(() => officialSplits("mnist", { seed: 0, validation: 40 }, counts)).toThrow("Expected at least 41")
  expect(() => officialSplits("mnist", { seed: 0, validation: 1, test: 21 }, counts)).toThrow(
    "Expected at least 21 test examples of mnist, but there are 20; lower `test`.",
  )
})
