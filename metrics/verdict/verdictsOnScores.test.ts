import { expect, test } from "vitest"
import { seedScores } from "./seedScores.ts"
import { verdictsOnScores } from "./verdictsOnScores.ts"

const arm = (name: string, values: readonly number[], diverged?: readonly number[]) => ({
  name,
  scores: seedScores(values.map((value, seed) => [seed, value] as const)),
  ...(diverged === undefined ? {} : { diverged }),
})
const acc = { metric: "acc", higherIsBetter: true }
const baseline = arm("source-only", [0.5, 0.52, 0.49, 0.51, 0.5, 0.48])

test("scores at hand are judged without an experiment, with a margin in the metric's own unit", () => {
  const challenger = arm("dann", [0.6, 0.61, 0.6, 0.62, 0.6, 0.57])
  const [verdict] = verdictsOnScores([{ ...acc, challenger, baseline }])
  expect(verdict).toMatchObject({ outcome: "better", seeds: 6, margin: null, cliffsDelta: 1 })
  const [same] = verdictsOnScores([{ ...acc, challenger, baseline, margin: 0.2 }])
  expect(same).toMatchObject({ outcome: "equivalent", margin: 0.2 })
})

test("a diverged seed counts against its arm", () => {
  const challenger = arm("dann", [0.6, 0.61, 0.6, 0.62, 0.6], [5])
  const [verdict] = verdictsOnScores([{ ...acc, challenger, baseline }])
  expect(verdict).toMatchObject({ outcome: "inconclusive", withheld: "diverged", missing: 1 })
})
