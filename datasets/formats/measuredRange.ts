import { open } from "node:fs/promises"
import sharp from "sharp"
import { eachOf } from "./eachOf.ts"
import type { ValueRange } from "./imageSource.ts"
import { lookAtImages } from "./lookedImages.ts"
import { isPng } from "./mendedImage.ts"

/**
 * The range of the images of 16 bits among others: that of as many bits as the largest value of all of them needs, 8 at least, so that
 * what an instrument of 12 bits saw is not black. All images have the one range, and keep their brightness beside each other.
 *
 * @returns nothing where no image has 16 bits, or one needs them all
 */
export async function measuredRange(
  paths: readonly string[],
  cache?: string,
): Promise<ValueRange | undefined> {
  const deep = (await eachOf(paths, async (path) => ((await isDeep(path)) ? [path] : []))).flat()
  const looks = await lookAtImages(deep, cache)
  const most = looks.reduce((largest, look) => Math.max(largest, look.most ?? -1), -1)
  if (most < 0) return undefined
  const bits = Math.max(8, Math.ceil(Math.log2(most + 1)))
  return bits === 16 ? undefined : [0, 2 ** bits - 1]
}

/** Whether an image has 16 bits, by its header. */
async function isDeep(path: string): Promise<boolean> {
  const head = new Uint8Array(26)
  const handle = await open(path)
  try {
    await handle.read(head, 0, head.length, 0)
  } finally {
    await handle.close()
  }
  // The header's chunk comes first, and says the bits in its ninth byte.
  if (isPng(head)) return head[24] === 16
  const order = String.fromCharCode(...head.subarray(0, 2))
  if (order !== "II" && order !== "MM") return false
  const { depth } = await sharp(path).metadata()
  return depth === "ushort"
}
