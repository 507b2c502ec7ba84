import { expect, test } from "vitest"
import { studyOf } from "../findings/study.ts"
import { syntheticAdaptation } from "../testing/syntheticAdaptation.ts"
import { embeddingChart } from "./embeddingChart.ts"

test("every point is drawn inside its panel, also where all features are equal", async () => {
  const arm = studyOf(await syntheticAdaptation()).arms[0]!
  for (const [source, target] of [
    [
      [0, 0, 9, 1],
      [3, 3, 4, -8],
    ],
    [
      [1, 1],
      [1, 1],
    ],
  ] as const) {
    const { html } = embeddingChart({
      arm,
      seed: 1,
      source: Float64Array.from(source),
      target: Float64Array.from(target),
      shares: [1, 0],
    })
    const points = [...html.matchAll(/M([-\d.]+) ([-\d.]+)/g)]
    expect(points).toHaveLength((source.length + target.length) / 2)
    for (const [, x, y] of points) {
      for (const at of [Number(x), Number(y)]) expect(at >= 0 && at <= 300).toBe(true)
    }
  }
})
