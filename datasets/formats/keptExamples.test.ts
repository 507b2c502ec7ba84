import { expect, test } from "vitest"
import { keptExamples } from "./keptExamples.ts"

test("an example is made once, and those beyond 256 MiB each time", () => {
  const made: number[] = []
  const example = keptExamples(2 ** 27, (index) => {
    made.push(index)
    return { index }
  })
  expect(example(5)).toBe(example(5))
  expect(example(7)).toBe(example(7))
  expect(example(1)).toEqual(example(1))
  expect(example(5)).toEqual({ index: 5 })
  expect(made).toEqual([5, 7, 1, 1])
})

test("whoever asks while an example is made waits for the same one, and a failure is tried again", async () => {
  let tries = 0
  const example = keptExamples(1, async (index) => {
    tries++
    if (tries === 1) throw new Error("not yet")
    return index
  })
  await expect(example(3)).rejects.toThrow("not yet")
  expect(await Promise.all([example(3), example(3)])).toEqual([3, 3])
  expect(tries).toBe(2)
})
