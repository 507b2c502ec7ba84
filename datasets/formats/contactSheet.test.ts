import sharp from "sharp"
import { expect, test } from "vitest"
import { toPng } from "./contactSheet.ts"

const pixels = async (png: Buffer) => {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, bytes: [...data] }
}

test("a sheet lays images out row by row with gaps and an empty place", async () => {
  // Three images of one grey pixel: black, middle, white.
  const png = await toPng(Float32Array.of(-1, 0, 1), [3, 1, 1, 1], {
    columns: 2,
    gap: 1,
    background: [9, 8, 7],
  })
  const { width, height, bytes } = await pixels(png)
  expect([width, height]).toEqual([3, 3])
  const gap = [9, 8, 7]
  const row = (...places: number[][]) => places.flat()
  expect(bytes).toEqual([
    ...row([0, 0, 0], gap, [128, 128, 128]),
    ...row(gap, gap, gap),
    ...row([255, 255, 255], gap, gap),
  ])
})

test("a single image is drawn as it is, and zoomed without smoothing", async () => {
  const image = Float32Array.of(1, -1, -1, -1, 1, -1)
  const { width, height, bytes } = await pixels(await toPng(image, [1, 1, 2, 3], { columns: 4, zoom: 2 }))
  expect([width, height]).toEqual([4, 2])
  const row = [255, 0, 0, 255, 0, 0, 0, 255, 0, 0, 255, 0]
  expect(bytes).toEqual([...row, ...row])
})

test("values outside [-1, 1] are clipped and NaN is black", async () => {
  const { bytes } = await pixels(
    await toPng(Float32Array.of(7, -7, Number.NaN), [1, 1, 1, 3], { columns: 1 }),
  )
  expect(bytes).toEqual([255, 0, 0])
})

test("what does not fit together is refused with a sentence", async () => {
  await expect(toPng(new Float32Array(4), [1, 1, 1, 4], { columns: 1 })).rejects.toThrow(
    "Expected images with 1 or 3 channels, but got 4.",
  )
  await expect(toPng(new Float32Array(4), [1, 1, 1, 3], { columns: 1 })).rejects.toThrow(
    "Expected the values of images [1,1,1,3], but got 4 values.",
  )
  await expect(toPng(new Float32Array(3), [1, 1, 1, 3], { columns: 0 })).rejects.toThrow(
    "Expected a whole number of columns, 1 or more, but got 0.",
  )
})
