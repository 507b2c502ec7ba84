import fc from "fast-check"
import { expect, test } from "vitest"
import { twoBars } from "../testing/twoBars.ts"
import { inDrawnOrder } from "./drawnOrder.ts"
import { numberedDataset } from "./testing/numbered.ts"

const all = (size: number) => Array.from({ length: size }, (_, index) => index)

test("every judged example comes once, whole, at a place that the dataset's digest alone draws", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 300 }), fc.string(), async (size, digest) => {
      const dataset = numberedDataset(size, { image: (index) => index, label: (index) => index % 2 })
      const { test } = inDrawnOrder(dataset, digest).splits
      const { image, label } = await test.read(all(size))
      expect([...image!].sort((a, b) => a - b)).toEqual(all(size))
      expect([...label!]).toEqual([...image!].map((index) => index % 2))
      expect((await inDrawnOrder(dataset, digest).splits.test.read([1])).image![0]).toBe(image![1])
    }),
    { numRuns: 30 },
  )
})

test("splits are mixed apart, and what training reads stays as it is", () => {
  const bars = twoBars()
  const { splits, sourceTest, domains } = inDrawnOrder(bars, "d")
  expect([splits.train, splits.validation, domains]).toEqual([
    bars.splits.train,
    bars.splits.validation,
    bars.domains,
  ])
  expect([splits.test.size, sourceTest!.size]).toEqual([20, 20])
})

test("classes of a folder, which is sorted by class, are spread over all batches", async () => {
  const sorted = numberedDataset(320, { image: (index) => index, label: (index) => Number(index >= 160) })
  const { label } = await inDrawnOrder(sorted, "d").splits.test.read(all(320))
  for (let batch = 0; batch < 10; batch++) {
    const second = [...label!].slice(32 * batch, 32 * (batch + 1)).filter((of) => of === 1).length
    expect(second).toBeGreaterThan(3)
    expect(second).toBeLessThan(29)
  }
})
