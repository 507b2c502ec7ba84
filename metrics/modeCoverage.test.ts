import type { OpenDataset } from "@saddlepoint/core/contracts/dataset"
import type { PointMetric } from "@saddlepoint/core/contracts/metric"
import * as tf from "@saddlepoint/engine/tf"
import { expect, test } from "vitest"
import { modeCoveragePlugin } from "./modeCoverage.ts"

const metric: PointMetric = modeCoveragePlugin.build({ radius: 3, minimumCount: 1 })
const dataset = {
  mixture: {
    centres: [
      [0, 0],
      [1, 0],
      [0, 1],
    ],
    deviation: 0.1,
  },
} as unknown as OpenDataset

async function judged(points: number[][]) {
  const metering = await metric.begin({ dataset, datasetDigest: "d", judges: {} })
  const output = tf.tensor2d(points)
  await metering.update({ output })
  output.dispose()
  return metering.compute()
}

test("a mode is covered by a point within three deviations of it; the others are of no quality", async () => {
  // Two at the first mode, one at the second, one a little too far from the third.
  const { values, identity } = await judged([
    [0, 0.1],
    [0.29, 0],
    [1, -0.2],
    [0, 1.31],
  ])
  expect(values.modes).toBe(2)
  expect(values.highQuality).toBe(0.75)
  // KL((2/3, 1/3, 0) || (1/3, 1/3, 1/3))
  expect(values.reverseKl).toBeCloseTo((2 / 3) * Math.log(2), 12)
  expect(identity).toMatchObject({ modes: 3, radius: 3, images: 4 })
})

test("where no point is of quality nothing is covered, and the divergence is the largest that there is", async () => {
  const { values } = await judged([[5, 5]])
  expect(values).toEqual({ modes: 0, highQuality: 0, reverseKl: Math.log(3) })
})

test("data that tell no modes are refused before anything is played", () => {
  const open = {} as OpenDataset
  expect(metric.refuses!(open, 10)).toEqual([
    "Expected points of a mixture whose modes are known for modeCoverage, but this dataset tells none; take ringOfGaussians or gridOfGaussians.",
  ])
  expect(metric.refuses!(dataset, 10)).toEqual([])
})
