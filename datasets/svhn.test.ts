import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { stream } from "@saddlepoint/engine/random"
import { expect, test } from "vitest"
import { svhnImages, svhnPlugin } from "./svhn.ts"
import { decodeOptions } from "./testing/decodeOptions.ts"
import { emptyFolder } from "./testing/emptyFolder.ts"
import { matBytes, svhnBytes } from "./testing/matBytes.ts"

const draw = () => {
  const source = stream("svhn.test")
  return () => source.integer(256)
}

test("images are turned from columns to rows, and label 10 is digit 0", () => {
  const bytes = svhnBytes(12, draw())
  const { count, height, width, channels, pixels, labels } = svhnImages(bytes, "f")
  expect([count, height, width, channels]).toEqual([12, 32, 32, 3])
  expect([...labels]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1])
  // X[row, column, channel, image] lies at row + 32 (column + 32 (channel + 3 image)), as MATLAB stores it.
  const next = draw()
  const stored = Uint8Array.from({ length: 12 * 3072 }, () => next())
  for (const [image, row, column, channel] of [
    [0, 0, 0, 0],
    [0, 3, 7, 1],
    [5, 31, 0, 2],
    [11, 12, 30, 0],
  ] as const) {
    const at = ((image * 32 + row) * 32 + column) * 3 + channel
    expect(pixels[at]).toBe(stored[row + 32 * (column + 32 * (channel + 3 * image))])
  }
  expect(svhnImages(svhnBytes(12, draw(), false), "f").pixels).toEqual(pixels)
})

test("a file without images, labels or with strange ones is refused in one sentence", () => {
  expect(() => svhnImages(matBytes([]), "f")).toThrow(
    "Expected images X of bytes [height, width, 3, count] in f, but got no X; pull it again.",
  )
  const images = {
    name: "X",
    shape: [2, 2, 3, 2],
    kind: "uint8",
    stored: "uint8",
    values: new Uint8Array(24),
  } as const
  expect(() => svhnImages(matBytes([images]), "f")).toThrow(
    "Expected labels y from 1 to 10 for each of the 2 images in f, but got 0 labels; pull it again.",
  )
  const labels = { name: "y", shape: [2, 1], kind: "double", stored: "double", values: [1, 0] } as const
  expect(() => svhnImages(matBytes([images, labels]), "f")).toThrow("but got others")
  expect(() => svhnImages(matBytes([{ ...images, stored: "double" }]), "f")).toThrow("but got an X [2,2,3,2]")
})

test("a truncated file is refused when the dataset is opened", async () => {
  const folder = await emptyFolder()
  await writeFile(join(folder, "train_32x32.mat"), svhnBytes(12, draw()).subarray(0, 20_000))
  await writeFile(join(folder, "test_32x32.mat"), svhnBytes(3, draw()))
  const dataset = svhnPlugin.build(decodeOptions(svhnPlugin, { folder, validation: 2 }))
  await expect(dataset.open()).rejects.toThrow(
    /^Expected .*train_32x32\.mat to be a MAT-file of level 5, but it is cut short/,
  )
})
