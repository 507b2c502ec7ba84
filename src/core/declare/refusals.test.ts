import { expect, test } from "vitest"
import type { OpenDataset, Split } from "../contracts/dataset.ts"
import type { Judge } from "../contracts/judge.ts"
import type { Method } from "../contracts/method.ts"
import type { Metric } from "../contracts/metric.ts"
import type { ResolvedArm } from "./decode/decodeArms.ts"
import { refusalsOnceOpen } from "./refusals.ts"

const split = (size: number): Split => ({ size, fields: {}, read: async () => ({}) })
const dataset: OpenDataset = { splits: { train: split(5), validation: split(2), test: split(3) } }

/** An arm whose method refuses these. */
const arm = (name: string, method: Partial<Method> = {}): ResolvedArm => {
  const [key = ""] = name.split("/")
  return {
    name,
    key,
    build: () => ({ answers: "pairs", ...method }) as Method,
    written: (path: readonly string[]) => ["arms", key, ...path],
  } as unknown as ResolvedArm
}

const metric = (one: Partial<Metric>) => ({
  spec: {},
  build: () => ({ judged: "pairs", judges: {}, ...one }) as Metric,
})

const refusals = (
  arms: readonly ResolvedArm[],
  metrics: Parameters<typeof refusalsOnceOpen>[0]["metrics"],
  open: OpenDataset | string = dataset,
) =>
  refusalsOnceOpen({ arms, metrics }, () => open).map(({ path, message }) => `${path.join(".")}: ${message}`)

test("what a metric refuses is told once, at its place, with how many answers it is to judge", () => {
  const asked: unknown[] = []
  const strict = metric({
    refuses(open, answers) {
      asked.push([open, answers])
      return [`Expected 10 answers, but got ${answers}; take more.`]
    },
  })
  expect(refusals([arm("gan/a"), arm("gan/b"), arm("l1")], [metric({}), strict])).toEqual([
    "metrics.1: Expected 10 answers, but got 3; take more.",
  ])
  expect(asked).toEqual([[dataset, 3]])
})

test("methods that answer with another number of samples are asked for by themselves", () => {
  const strict = metric({
    judged: "images",
    refuses: (_, answers) => (answers < 9 ? [`only ${answers}`] : []),
  })
  const sampling = (samples?: number) => ({ answers: "samples", samples }) as Partial<Method>
  expect(refusals([arm("a", sampling(9)), arm("b", sampling())], [strict])).toEqual(["metrics.0: only 3"])
})

test("a metric that judges something else is not asked", () => {
  expect(refusals([arm("a")], [metric({ judged: "classes", refuses: () => ["no"] })])).toEqual([])
})

test("a judge that has nothing to learn from is told in its own words, and its metric need not say it again", () => {
  const judge = {
    stages() {
      throw new Error("Expected classes, but there are none; use others.")
    },
  } as unknown as Judge
  const judged = metric({ judges: { features: judge }, refuses: () => ["never asked"] })
  expect(refusals([arm("a")], [judged])).toEqual([
    "metrics.0: Expected classes, but there are none; use others.",
  ])
})

test("what is thrown in place of a sentence is one", () => {
  const broken = metric({
    refuses() {
      throw new Error("no fields")
    },
  })
  expect(refusals([arm("a")], [broken])).toEqual(["metrics.0: no fields"])
})

test("a dataset that does not open is the only mistake of its arms", () => {
  expect(refusals([arm("a/1"), arm("a/2")], [metric({ refuses: () => ["no"] })], "parts do not fit")).toEqual(
    ['arms.a.data: parts do not fit ("a/1", "a/2")'],
  )
})
