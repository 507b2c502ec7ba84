import type { FieldValues } from "@saddlepoint/core/contracts/dataset"
import { toPng } from "@saddlepoint/datasets/formats/contactSheet"
import type { Tensor } from "@saddlepoint/engine/tf"
import type { Keeping } from "./keeping.ts"

/** Examples on a grid: the first ones of the test split, so that every arm shows the same. */
export const pictureRows = 6

/** Keeps the first `rows` examples as rows of input, output, target. */
export function openRows(rows = pictureRows) {
  const images: FieldValues[] = []
  let shape: readonly [number, number, number] = [0, 0, 0]
  return {
    async add(batch: Readonly<Record<string, Tensor>>): Promise<void> {
      const left = rows - images.length / 3
      const { input, output, target } = batch
      const taken = Math.min(left, output!.shape[0]!)
      if (taken <= 0) return
      shape = output!.shape.slice(1) as [number, number, number]
      const size = shape[0] * shape[1] * shape[2]
      const values = await Promise.all(
        [input!, output!, target!].map(async (tensor) => (await tensor.data()) as Float32Array),
      )
      for (let row = 0; row < taken; row++) {
        for (const column of values) images.push(column.slice(row * size, (row + 1) * size))
      }
    },
    /** PNG, a row per example. Input and target must have as many channels as the output. */
    async draw(): Promise<Buffer> {
      const size = shape[0] * shape[1] * shape[2]
      const all = new Float32Array(images.length * size)
      for (const [index, image] of images.entries()) all.set(image, index * size)
      return toPng(all, [images.length, ...shape], { columns: 3, gap: 2 })
    },
  }
}

/** Keeps the rows as `grid.png`. */
export function keepRows(): Keeping {
  const rows = openRows()
  return {
    add: rows.add,
    files: async () => [{ name: "grid", file: "grid.png", bytes: await rows.draw() }],
  }
}
