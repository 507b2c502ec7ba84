import { toPng } from "@saddlepoint/datasets/formats/contactSheet"
import type { Keeping, KeptFile } from "./keeping.ts"

/** `picture.png`: the picture, pixel by pixel. */
export function keepPicture(): Keeping {
  const kept: KeptFile[] = []
  return {
    async add({ output }) {
      if (kept.length > 0) return
      const [, height, width, channels] = output!.shape as [number, number, number, number]
      const values = ((await output!.data()) as Float32Array).subarray(0, height * width * channels)
      const bytes = await toPng(values, [1, height, width, channels], { columns: 1 })
      kept.push({ name: "picture", file: "picture.png", bytes })
    },
    files: async () => kept,
  }
}
