import type { Split } from "@saddlepoint/core/contracts/dataset"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { dataOrder, openLoader } from "./loader.ts"

const sizes = fc.record({
  size: fc.integer({ min: 1, max: 20 }),
  batch: fc.integer({ min: 1, max: 30 }),
  seed: fc.nat(),
  stage: fc.constantFrom("main", "source", "a/b"),
})

/** A split whose examples are their own index; `reads` tells what was asked for. */
function numbers(size: number, reads: number[][] = []): Split {
  return {
    size,
    fields: { x: { shape: [1, 1], dtype: "int32", range: [0, size - 1] } },
    read: async (indices) => {
      reads.push([...indices])
      return { x: Int32Array.from(indices) }
    },
  }
}

describe("the order of the data", () => {
  test("shows every example once in every epoch", () => {
    fc.assert(
      fc.property(sizes, (options) => {
        const order = dataOrder(options)
        const { size, batch } = options
        const steps = Math.ceil((3 * size) / batch)
        const shown = Array.from({ length: steps }, (_, step) => order(step)).flat()
        const all = Array.from({ length: size }, (_, index) => index)
        for (let epoch = 0; epoch < 3; epoch++) {
          expect(shown.slice(epoch * size, (epoch + 1) * size).sort((a, b) => a - b)).toEqual(all)
        }
      }),
    )
  })

  test("never gives a short batch, even where the batch is larger than the split", () => {
    fc.assert(
      fc.property(sizes, fc.nat(1000), (options, step) => {
        expect(dataOrder(options)(step)).toHaveLength(options.batch)
      }),
    )
  })

  test("is a function of the step alone, in whatever order steps are asked for", () => {
    fc.assert(
      fc.property(sizes, fc.array(fc.nat(200)), (options, steps) => {
        const order = dataOrder(options)
        for (const step of steps) expect(order(step)).toEqual(dataOrder(options)(step))
      }),
    )
  })

  test("differs between seeds, stages and epochs", () => {
    const options = { size: 100, batch: 100, seed: 1, stage: "main" }
    const order = dataOrder(options)
    expect(order(0)).not.toEqual(order(1))
    expect(order(0)).not.toEqual(dataOrder({ ...options, seed: 2 })(0))
    expect(order(0)).not.toEqual(dataOrder({ ...options, stage: "other" })(0))
  })

  test("refuses empty splits, empty batches and steps before 0 with a sentence", () => {
    const options = { size: 4, batch: 2, seed: 0, stage: "main" }
    expect(() => dataOrder({ ...options, size: 0 })).toThrow(
      "Expected a split with at least one example, but got 0.",
    )
    expect(() => dataOrder({ ...options, batch: 0.5 })).toThrow(
      "Expected a batch of at least one example, but got 0.5.",
    )
    expect(() => dataOrder(options)(-1)).toThrow("Expected a step that is an integer from 0, but got -1.")
  })
})

describe("the loader", () => {
  test("gives the same batches whatever it reads ahead and wherever it starts", async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(4), fc.nat(15), async ({ size, ...options }, ahead, start) => {
        const order = dataOrder({ size, ...options })
        const loader = openLoader({ split: numbers(size), ahead, ...options })
        for (let step = start; step < start + 6; step++) {
          const { x } = await loader.next(step)
          expect([...x!.values]).toEqual(order(step))
          expect(x!.shape).toEqual([options.batch, 1, 1])
        }
        loader.close()
      }),
      { numRuns: 40 },
    )
  })

  test("reads the following steps in the background, each once", async () => {
    const reads: number[][] = []
    const options = { batch: 2, seed: 0, stage: "main" }
    const loader = openLoader({ split: numbers(7, reads), ...options, ahead: 2 })
    await loader.next(0)
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(reads).toHaveLength(3)
    await loader.next(1)
    await loader.next(2)
    await new Promise((resolve) => setTimeout(resolve, 5))
    const order = dataOrder({ size: 7, ...options })
    expect(reads).toEqual([0, 1, 2, 3, 4].map(order))
    loader.close()
  })

  test("lets an error out at its step, and reads again when asked again", async () => {
    let fails = true
    const good = numbers(8)
    const order = dataOrder({ size: 8, batch: 2, seed: 0, stage: "main" })
    const split: Split = {
      ...good,
      read: async (indices) => {
        if (fails && String(indices) === String(order(1))) throw new Error("the disk is gone")
        return good.read(indices)
      },
    }
    const loader = openLoader({ split, batch: 2, seed: 0, stage: "main" })
    await loader.next(0)
    await new Promise((resolve) => setTimeout(resolve, 5))
    await expect(loader.next(1)).rejects.toThrow("the disk is gone")
    fails = false
    expect([...(await loader.next(1)).x!.values]).toEqual(order(1))
    loader.close()
  })

  test("gives nothing after it is closed", async () => {
    const reads: number[][] = []
    const loader = openLoader({ split: numbers(4, reads), batch: 2, seed: 0, stage: "main" })
    await loader.next(0)
    loader.close()
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(reads).toHaveLength(1)
    await expect(loader.next(1)).rejects.toThrow(
      "Expected an open loader, but step 1 was asked of one that is closed.",
    )
  })
})
