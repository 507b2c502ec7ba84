import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { crc32 } from "node:zlib"
import sharp from "sharp"
import { expect, test } from "vitest"
import { emptyFolder } from "../testing/emptyFolder.ts"
import { decodeUpright, firstLine } from "./decodeUpright.ts"
import { lookAtImages } from "./lookedImages.ts"
import { readImage } from "./readImage.ts"

/** A file of a hundred bytes that says it is an image of these sides. */
async function claiming(width: number, height: number): Promise<string> {
  const png = await sharp({ create: { width: 2, height: 1, channels: 3, background: "red" } })
    .png()
    .toBuffer()
  png.writeUInt32BE(width, 16)
  png.writeUInt32BE(height, 20)
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29)
  const path = join(await emptyFolder(), "huge.png")
  await writeFile(path, png)
  return path
}

test("an image that takes too much memory is refused by its header, by name and with what it says", async () => {
  const path = await claiming(16_000, 8_000)
  const why = "it has 16000 x 8000 pixels, more than 67108864 in all"
  await expect(readImage(path)).rejects.toThrow(
    `Expected a readable RGB or grey image, but ${path} is none (${why}); replace it or take it out.`,
  )
  expect(await lookAtImages([path])).toEqual([expect.objectContaining({ mistake: why })])
  await expect(decodeUpright(path)).rejects.toThrow("Input image exceeds pixel limit")
  // One that may be so large is looked at further, and has no pixels.
  const [within] = await lookAtImages([await claiming(8192, 8192)])
  expect(within!.mistake).not.toMatch(/more than/)
})

test("what a library says of a file is one short line", () => {
  expect(firstLine(new Error(" corrupt header \n and its history"))).toBe("corrupt header")
  expect(firstLine("x".repeat(5000))).toBe(`${"x".repeat(197)}...`)
})
