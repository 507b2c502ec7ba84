import type { OpenDataset } from "@saddlepoint/core/contracts/dataset"
import { expect, test } from "vitest"
import { gridOfGaussiansPlugin } from "./gridOfGaussians.ts"
import { ringOfGaussiansPlugin } from "./ringOfGaussians.ts"
import { decodeOptions } from "./testing/decodeOptions.ts"

const open = (plugin: typeof ringOfGaussiansPlugin, options: object): Promise<OpenDataset> =>
  plugin.build(decodeOptions(plugin, options) as never).open()

test("the ring has its first mode on the x axis and all at one distance", async () => {
  const { mixture } = await open(ringOfGaussiansPlugin, { radius: 2 })
  expect(mixture!.centres).toHaveLength(8)
  expect(mixture!.centres[0]).toEqual([2, 0])
  for (const centre of mixture!.centres) expect(Math.hypot(...centre)).toBeCloseTo(2, 12)
})

test("the grid is square about the origin", async () => {
  const { mixture } = await open(gridOfGaussiansPlugin, { side: 3, spacing: 2 })
  expect(mixture!.centres).toEqual([-2, 0, 2].flatMap((y) => [-2, 0, 2].map((x) => [x, y])))
})

test("points lie about the mode that their label says, as far as its deviation, and all modes are about equally often", async () => {
  const { splits, mixture } = await open(ringOfGaussiansPlugin, { test: 4000 })
  const { point, label } = await splits.test.read(Array.from({ length: 4000 }, (_, index) => index))
  const counts = new Array<number>(8).fill(0)
  let squares = 0
  for (let index = 0; index < 4000; index++) {
    const [x, y] = mixture!.centres[label![index]!]!
    counts[label![index]!]! += 1
    squares += (point![2 * index]! - x!) ** 2 + (point![2 * index + 1]! - y!) ** 2
  }
  // Standard errors: 1.1 % of the deviation, and 21 of each count of 500.
  expect(Math.sqrt(squares / 8000) / mixture!.deviation).toBeCloseTo(1, 1)
  for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(90)
})
