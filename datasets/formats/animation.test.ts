import sharp from "sharp"
import { expect, test } from "vitest"
import { toGif } from "./animation.ts"

/** Grey images of 2 x 3 pixels, each darker on the left. */
const images = Float32Array.from({ length: 4 * 6 }, (_, at) =>
  at % 3 === 0 ? -1 : -1 + Math.floor(at / 6) / 2,
)

test("an animation has a page for each image, in order and time, and begins again", async () => {
  const gif = await toGif(images, [4, 2, 3, 1], { milliseconds: 80, zoom: 2 })
  const { format, pages, pageHeight, width, delay, loop } = await sharp(gif, { animated: true }).metadata()
  expect({ format, pages, pageHeight, width, delay, loop }).toEqual({
    format: "gif",
    pages: 4,
    pageHeight: 4,
    width: 6,
    delay: [80, 80, 80, 80],
    loop: 0,
  })
  const page = async (at: number) => {
    const { data, info } = await sharp(gif, { page: at }).raw().toBuffer({ resolveWithObject: true })
    return [data[0], data[info.channels * 5]]
  }
  // Few colours are kept as they are.
  expect(await Promise.all([0, 1, 2, 3].map(page))).toEqual([0, 64, 128, 191].map((byte) => [0, byte]))
  expect(await toGif(images, [4, 2, 3, 1], { milliseconds: 80, zoom: 2 })).toEqual(gif)
})

test("equal images stay images of their own", async () => {
  const gif = await toGif(new Float32Array(4 * 6), [4, 2, 3, 1], { milliseconds: 80 })
  expect((await sharp(gif, { animated: true }).metadata()).pages).toBe(4)
})

test.each([
  [[4, 2, 3, 2], "Expected images with 1 or 3 channels, but got 2."],
  [[5, 2, 3, 1], "Expected the values of images [5,2,3,1], but got 24 values."],
] as const)("images %j that do not fit are a sentence", async (shape, sentence) => {
  await expect(toGif(images, shape, { milliseconds: 80 })).rejects.toThrow(sentence)
})
