import { mkdir } from "node:fs/promises"
import { dirname, join } from "node:path"
import sharp from "sharp"
import { renderFacade } from "../facades.ts"
import { cmpPalette } from "../published/cmpLabels.ts"

/** Writes a side-by-side image of one generated facade, photo left, label map right in the CMP colours. */
export async function writePair(path: string, index: number, size = 32): Promise<void> {
  const { target, labels } = renderFacade({ size, seed: 99 }, "train", index)
  const image = new Uint8Array(6 * size * size)
  for (let row = 0; row < size; row++) {
    image.set(target.subarray(3 * size * row, 3 * size * (row + 1)), 6 * size * row)
    for (let column = 0; column < size; column++) {
      const label = labels![row * size + column]!
      image.set(cmpPalette[label]!, 3 * (2 * size * row + size + column))
    }
  }
  await mkdir(dirname(path), { recursive: true })
  // Quality only matters for JPEG; there, chroma is subsampled as in the CMP files.
  const format = path.endsWith(".png") ? ("png" as const) : ("jpeg" as const)
  await sharp(image, { raw: { width: 2 * size, height: size, channels: 3 } })
    .toFormat(format, { quality: 95 })
    .toFile(path)
}

/** Writes a folder as the CMP facades are: `train`, `val`, `test` with numbered JPEGs. */
export async function writeCmpFolder(folder: string, counts = { train: 5, val: 2, test: 3 }): Promise<void> {
  let index = 0
  for (const [name, count] of Object.entries(counts)) {
    for (let number = 1; number <= count; number++) {
      await writePair(join(folder, name, `${number}.jpg`), index++)
    }
  }
}
