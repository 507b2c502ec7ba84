import { describe, expect, expectTypeOf, test } from "vitest"
import { renderStripes, stripeClasses, stripePalette, stripes, stripesPlugin } from "./stripes.ts"
import { decodeOptions } from "./testing/decodeOptions.ts"

const size = 32
const examples = Array.from({ length: 200 }, (_, index) => renderStripes({ size, seed: 0 }, "train", index))

/** Bytes of the red channel of a class, at one pixel, over all examples that have it there. */
function reds(label: number, pixel: number): number[] {
  return examples.flatMap(({ labels, target }) => (labels[pixel] === label ? [target[3 * pixel]!] : []))
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

describe("generated stripes", () => {
  test("are grey on average at every label: a fixed loss has nothing to paint", () => {
    for (const [label] of stripeClasses.entries()) {
      for (const pixel of [0, 200, 527, 1023]) {
        const values = reds(label, pixel)
        expect(values.length).toBeGreaterThan(20)
        // One byte has a deviation of 0.6 / sqrt(2) of 127.5, 54; the mean of 20 or more, 12 at most.
        expect(Math.abs(mean(values) - 127.5)).toBeLessThan(40)
      }
    }
  })

  test("run in the direction of their label: pixels along a stripe are alike, across it they are not", () => {
    const along = [
      [0, 1],
      [1, 0],
      [1, 1],
      [1, -1],
    ] as const
    /** Mean squared difference of two pixels of a class that lie so far apart, in bytes. */
    const difference = (label: number, [right, down]: readonly [number, number]) => {
      const squares = examples.slice(0, 40).flatMap(({ labels, target }) =>
        [...labels].flatMap((of, pixel) => {
          const [column, row] = [(pixel % size) + 2 * right, Math.floor(pixel / size) + 2 * down]
          const other = row * size + column
          const isThere = column >= 0 && column < size && row >= 0 && row < size
          return of === label && isThere && labels[other] === label
            ? [(target[3 * pixel]! - target[3 * other]!) ** 2]
            : []
        }),
      )
      return mean(squares)
    }
    for (const [label] of stripeClasses.entries()) {
      const least = Math.min(...along.map((direction) => difference(label, direction)))
      expect(difference(label, along[label]!)).toBe(least)
      // Noise alone: twice the square of 0.05 of 127.5.
      expect(least).toBeLessThan(2 * 6.4 ** 2 * 1.2)
    }
  })

  test("have a phase that neither the label map nor another class tells", () => {
    const phases = examples.map(({ labels, target }) => {
      const at = labels.indexOf(0)
      return at < 0 ? undefined : target[3 * at]!
    })
    const known = phases.filter((byte) => byte !== undefined)
    expect(Math.max(...known) - Math.min(...known)).toBeGreaterThan(130)
  })

  test("show the label map in one colour for each class, and every class in most images", () => {
    for (const { input, labels } of examples.slice(0, 5)) {
      labels.forEach((label, pixel) => {
        expect([...input.subarray(3 * pixel, 3 * pixel + 3)]).toEqual(stripePalette[label])
      })
    }
    for (const [label] of stripeClasses.entries()) {
      expect(examples.filter(({ labels }) => labels.includes(label)).length).toBeGreaterThan(80)
    }
  })

  test("are a function of seed, split and index", () => {
    const one = renderStripes({ size, seed: 0 }, "train", 3)
    expect(one).toEqual(examples[3])
    for (const other of [
      renderStripes({ size, seed: 1 }, "train", 3),
      renderStripes({ size, seed: 0 }, "test", 3),
      renderStripes({ size, seed: 0 }, "train", 4),
    ]) {
      expect(other.labels).not.toEqual(one.labels)
    }
  })

  test("have defaults that a definition may leave out", async () => {
    expect(decodeOptions(stripesPlugin, {})).toEqual({
      size: 32,
      train: 400,
      validation: 64,
      test: 320,
      seed: 0,
    })
    expectTypeOf(stripes({ size: 64 })).toExtend<{ readonly plugin: { readonly kind: "dataset" } }>()
    expect(() => decodeOptions(stripesPlugin, { size: 8 })).toThrow()
  })
})
