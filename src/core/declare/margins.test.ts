import { expect, test } from "vitest"
import type { AnswerKind, Method } from "../contracts/method.ts"
import type { Metric } from "../contracts/metric.ts"
import type { Experiment } from "./decode/decode.ts"
import { idleMargins } from "./margins.ts"

/** An experiment of two arms that answer so, compared by one metric. */
function compared(answers: AnswerKind, margin: number | undefined, best?: number) {
  const one = { metric: "score", against: ["a"], ...(margin === undefined ? {} : { margin }) }
  const arm = (name: string) => ({ name, build: () => ({ answers }) as Method })
  const output = { name: "score", higherIsBetter: true, unit: "", range: [0, 1], best }
  const build = () => ({ outputs: [output] }) as unknown as Metric
  return idleMargins({
    arms: [arm("a"), arm("b")],
    metrics: [{ spec: {}, build }],
    comparisons: [{ metric: "score", challenger: "b", baseline: "a", margin: margin ?? 0.1, alpha: 0.05 }],
    definition: { compare: [one] },
  } as unknown as Experiment).map(({ path, message }) => `${path.join(".")}: ${message}`)
}

test("a declared margin is refused where nothing shows what real images score", () => {
  expect(compared("picture", 0.1)).toEqual([
    "compare.0.margin: 0.1 would be a share of the distance from what real images score on score, which nothing shows where arms such as a are judged; leave the margin out, and no arm is called equivalent, or compare by a metric whose best value is known",
  ])
})

test("it stands where controls show it, where the metric knows its best value, and where it is nothing", () => {
  for (const kind of ["pairs", "samples", "translations"] as const) expect(compared(kind, 0.1)).toEqual([])
  expect(compared("classes", 0.1, 1)).toEqual([])
  expect(compared("classes", 0)).toEqual([])
})

test("the usual margin, which nobody wrote, refuses nothing", () => {
  expect(compared("picture", undefined)).toEqual([])
})
