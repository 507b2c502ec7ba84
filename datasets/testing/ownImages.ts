import { mkdir, writeFile } from "node:fs/promises"
import { dirname } from "node:path"
import sharp, { type Sharp } from "sharp"
import { bmpBytes } from "./bmpBytes.ts"

/** Bytes of a smooth RGB image `[height, width, 3]`, another one for each `index`. */
export function smoothBytes(height: number, width: number, index = 0): Uint8Array {
  const place = Array.from(
    { length: height * width },
    (_, at) => [Math.floor(at / width), at % width] as const,
  )
  return Uint8Array.from(
    place.flatMap(([row, column]) => [row * 5, column * 3, 40 + 23 * index].map((value) => value % 256)),
  )
}

/** The image as sharp has it. */
export function smooth(height: number, width: number, index = 0): Sharp {
  return sharp(smoothBytes(height, width, index), { raw: { height, width, channels: 3 } })
}

/** Writes a smooth image in the format of the path's ending, in any case. */
export async function writeSmooth(
  path: string,
  index = 0,
  [height, width]: readonly [number, number] = [24, 32],
): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, await encoded(path.split(".").at(-1)!.toLowerCase(), index, height, width))
}

async function encoded(ending: string, index: number, height: number, width: number): Promise<Uint8Array> {
  if (ending === "bmp") {
    const bytes = smoothBytes(height, width, index)
    const at = (row: number, column: number) => [...bytes.subarray(3 * (row * width + column)).subarray(0, 3)]
    const rows = Array.from({ length: height }, (_, row) =>
      Array.from({ length: width }, (_, column) => at(row, column)),
    )
    return bmpBytes(rows, { bits: 24 })
  }
  const format = ending === "tif" ? "tiff" : ending === "jfif" ? "jpeg" : ending
  return smooth(height, width, index)
    .toFormat(format as "png", { quality: 95 })
    .toBuffer()
}
