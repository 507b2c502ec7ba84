import { expect, test } from "vitest"
import { armPairs } from "./armPairs.ts"
import type { Evidence } from "./evidence.ts"
import { weigh } from "./weigh.ts"

const comparison = {
  metric: "accuracy",
  challenger: "dann",
  baseline: "sourceOnly",
  margin: 0.1,
  alpha: 0.05,
}
const output = {
  name: "accuracy",
  higherIsBetter: true,
  unit: "share",
  range: [0, 1] as const,
}

/** Two arms on one dataset, at 0.5 and 0.6 with every seed. */
function evidence(dataset: string, best: number | undefined, controls: Evidence["controls"]): Evidence {
  const identity = { metric: "accuracy", dataset }
  return {
    comparisons: [comparison],
    seeds: [1, 2, 3],
    outputs: [best === undefined ? output : { ...output, best }],
    controls,
    trials: [1, 2, 3].flatMap((seed) =>
      [
        ["sourceOnly", 0.5],
        ["dann", 0.6],
      ].map(([arm, value]) => ({
        arm: arm as string,
        seed,
        status: "completed" as const,
        values: { accuracy: { value: value as number, identity } },
      })),
    ),
  }
}

/** The margin of the comparison over all of its pairs. */
function marginOf(found: Evidence): number | null {
  return weigh(comparison, found, armPairs(found)(comparison)).margin
}

test("the margin is a share of the distance to what real images score on the same data", () => {
  const real = { value: 0.9, identity: { metric: "accuracy", dataset: "digits" } }
  const controls = { accuracy: [{ headroom: true, sentence: "", real }] }
  expect(marginOf(evidence("digits", 1, controls))).toBeCloseTo(0.1 * 0.4, 12)
  expect(marginOf(evidence("letters", 1, controls))).toBeNull()
})

test("without real images it is a share of the distance to perfect answers, on any data, where the metric knows their score", () => {
  for (const dataset of ["digits", "letters"]) {
    expect(marginOf(evidence(dataset, 1, {}))).toBeCloseTo(0.1 * 0.5, 12)
  }
  expect(marginOf(evidence("digits", undefined, {}))).toBeNull()
})
