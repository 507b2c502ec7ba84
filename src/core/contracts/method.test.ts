import { describe, expect, test } from "vitest"
import { judgedOnValidation } from "../answer/judgedSplit.ts"
import type { Domains, OpenDataset, Split } from "./dataset.ts"
import { domainsOf, type Method, type ModelSelection, refusalsOf, selectionName, stagesOf } from "./method.ts"

const domains = { classes: ["a", "b"] } as unknown as Domains
const split = (size: number): Split => ({ size, fields: {}, read: async () => ({}) })
const splits = { train: split(5), validation: split(2), test: split(3) }
const two: OpenDataset = { splits, domains }
const one: OpenDataset = { splits }

/** A method that notes what it is shown. */
function method(answers: "samples" | "classes" | "picture", seen: unknown[] = []): Method {
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

test("other methods are shown training's splits, and of what is judged its size and its fields", async () => {
  const seen: OpenDataset[] = []
  stagesOf(method("samples", seen), one)
  refusalsOf(method("samples", seen), two)
  for (const [at, given] of [one, two].entries()) {
    const { train, validation, test: judged } = seen[at]!.splits
    expect([train, validation]).toEqual([given.splits.train, given.splits.validation])
    expect([judged.size, judged.fields]).toEqual([given.splits.test.size, given.splits.test.fields])
    await expect(judged.read([0])).rejects.toThrow(
      /it read the split that is judged by itself; leave that out\.$/,
    )
  }
})

test("a method that makes one picture learns from the very example that it is asked for", () => {
  const seen: unknown[] = []
  stagesOf(method("picture", seen), one)
  expect(seen).toEqual([one])
})

test("the validation split is closed where it is what is judged", async () => {
  const seen: OpenDataset[] = []
  stagesOf(method("samples", seen), judgedOnValidation(one))
  await expect(seen[0]!.splits.validation.read([0])).rejects.toThrow(/the split that is judged/)
})

test("a method that refuses nothing refuses nothing", () => {
  const { refuses: _, ...content } = method("samples")
  expect(refusalsOf(content as Method, one)).toEqual([])
})

test("a selection stands in an identity as its word, or as what the scorer says of itself", () => {
  expect(selectionName("targetOracle")).toBe("targetOracle")
  expect(selectionName({ description: "entropy(2)", score: () => 0 })).toBe("entropy(2)")
})

describe("a selection that looks at a split which is not there", () => {
  const split = (size: number, labels = true) => ({ size, fields: labels ? { label: {} } : {} })
  const opened = (validation: number, targetValidation?: object): OpenDataset =>
    ({
      splits: {},
      domains: {
        source: { validation: split(validation) },
        target: { validation: split(validation) },
        classes: [],
      },
      ...(targetValidation === undefined ? {} : { targetValidation }),
    }) as unknown as OpenDataset
  const choosing = (selection: ModelSelection, dataset: OpenDataset) => {
    const { refuses: _, ...others } = method("classes")
    return refusalsOf({ ...others, selection } as Method, dataset)
  }

  test("is refused before a trial begins", () => {
    const scorer: ModelSelection = { description: "certainty", score: () => 0 }
    expect(choosing("targetOracle", opened(5, split(5)))).toEqual([])
    for (const dataset of [opened(5), opened(5, split(5, false))])
      expect(choosing("targetOracle", dataset)).toEqual([
        "Expected a target with labels for the selection targetOracle, but it has none; use last, sourceValidation or informationMaximisation().",
      ])
    for (const [selection, domain, name] of [
      ["sourceValidation", "source", "sourceValidation"],
      [scorer, "target", "certainty"],
    ] as const) {
      expect(choosing(selection, opened(5))).toEqual([])
      expect(choosing(selection, opened(0))).toEqual([
        `Expected validation images of the ${domain} for the selection ${name}, but got none; give it some, or use last.`,
      ])
    }
    expect(choosing("last", opened(0))).toEqual([])
  })
})
