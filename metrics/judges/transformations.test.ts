import type { Split } from "@saddlepoint/core/contracts/dataset"
import { expect, test } from "vitest"
import { transformations, transformed } from "./transformations.ts"

/** Grey images of 4x4 pixels; pixel p of image i is 100 i + p. */
function counted(size: number): Split {
  return {
    size,
    fields: { target: { shape: [4, 4, 1], dtype: "float32", range: [-1, 1] } },
    read: async (indices) => ({
      target: Float32Array.from(indices.flatMap((i) => Array.from({ length: 16 }, (_, p) => 100 * i + p))),
    }),
  }
}

test("every exemplar is there once per transformation, with its two labels", async () => {
  const split = transformed(counted(3), "target")
  expect(split.size).toBe(12)
  const { image, exemplar, transformation } = await split.read([0, 5, 10, 11])
  expect(exemplar).toEqual(Int32Array.of(0, 1, 2, 2))
  expect(transformation).toEqual(Int32Array.of(0, 1, 2, 3))
  expect([...image!.slice(0, 16)]).toEqual(Array.from({ length: 16 }, (_, p) => p))
  // Turned: rows become columns. Upside down: the last row comes first.
  expect([...image!.slice(32, 40)]).toEqual([200, 204, 208, 212, 201, 205, 209, 213])
  expect([...image!.slice(48, 56)]).toEqual([212, 213, 214, 215, 208, 209, 210, 211])
})

test("no transformation adds or loses a pixel of a square image", () => {
  const image = Float32Array.from({ length: 64 }, (_, p) => p)
  for (const [name, transform] of Object.entries(transformations)) {
    expect(
      [...transform(image, [8, 8, 1])].sort((a, b) => a - b),
      name,
    ).toEqual([...image])
  }
})

test("a split of more than 512 images gives 512 exemplars, evenly spaced", async () => {
  const split = transformed(counted(1024), "target")
  expect(split.size).toBe(4 * 512)
  const { image, exemplar } = await split.read([4 * 511])
  expect(exemplar).toEqual(Int32Array.of(511))
  expect(image![0]).toBe(102_200)
})
