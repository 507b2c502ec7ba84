import { describe, expect, test } from "vitest"
import type { Domains, OpenDataset } from "./dataset.ts"
import { domainsOf, type Method, refusalsOf, selectionName, stagesOf } from "./method.ts"

const domains = { classes: ["a", "b"] } as unknown as Domains
const two = { splits: {}, domains } as unknown as OpenDataset
const one = { splits: {} } as unknown as OpenDataset

/** A method that notes what it is shown. */
function method(answers: "samples" | "classes", seen: unknown[] = []): Method {
  return {
    answers,
    requires: {},
    stages: (shown: unknown) => {
      seen.push(shown)
      return []
    },
    refuses: (shown: unknown) => {
      seen.push(shown)
      return ["too small"]
    },
  } as unknown as Method
}

describe("a method that answers with classes", () => {
  test("is shown the two domains and nothing else of the dataset", () => {
    const seen: unknown[] = []
    stagesOf(method("classes", seen), two)
    expect(refusalsOf(method("classes", seen), two)).toEqual(["too small"])
    expect(seen).toEqual([domains, domains])
  })

  test("on a dataset of one domain is one sentence with what to do", () => {
    expect(() => domainsOf(one)).toThrow(
      "Expected a dataset of two domains (adaptation), but it has one; put adaptation() around two datasets.",
    )
  })
})

test("other methods are shown the whole dataset, of two domains or not", () => {
  const seen: unknown[] = []
  stagesOf(method("samples", seen), one)
  refusalsOf(method("samples", seen), two)
  expect(seen).toEqual([one, two])
})

test("a method that refuses nothing refuses nothing", () => {
  const { refuses: _, ...content } = method("samples")
  expect(refusalsOf(content as Method, one)).toEqual([])
})

test("a selection stands in an identity as its word, or as what the scorer says of itself", () => {
  expect(selectionName("targetOracle")).toBe("targetOracle")
  expect(selectionName({ description: "entropy(2)", score: () => 0 })).toBe("entropy(2)")
})
