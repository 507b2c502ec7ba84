import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { crc32 } from "node:zlib"
import sharp from "sharp"
import { expect, test } from "vitest"
import { emptyFolder } from "../testing/emptyFolder.ts"
import { decodeUpright, firstLine } from "./decodeUpright.ts"
import { imageMistake } from "./readImage.ts"
import { badPairs } from "./sideBySide.ts"

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
  expect(await imageMistake(path)).toBe(
    `Expected a readable RGB or grey image, but ${path} is none (${why}); replace it or take it out.`,
  )
  expect(await badPairs([path])).toEqual([
    `${path}: expected a readable image, but decoding fails (${why}); replace the file or take it out of the folder.`,
  ])
  await expect(decodeUpright(path)).rejects.toThrow("Input image exceeds pixel limit")
  expect(await imageMistake(await claiming(8192, 8192))).toBeUndefined()
})

test("what a library says of a file is one short line", () => {
  expect(firstLine(new Error(" corrupt header \n and its history"))).toBe("corrupt header")
  expect(firstLine("x".repeat(5000))).toBe(`${"x".repeat(197)}...`)
})
