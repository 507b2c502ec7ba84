import type { SamplesMethod } from "@saddlepoint/core/contracts/method"
import { toPng } from "@saddlepoint/datasets/formats/contactSheet"
import type { Keeping, KeepingWorld } from "./keeping.ts"

/** Samples in a row of the grid, and rows of it. */
const side = 8

/** One sample that is kept. */
interface Sample {
  readonly values: Float32Array
  /** 0 where it was not told one. */
  readonly class: number
  /** How many of its class came before. */
  readonly rank: number
}

/**
 * `grid.png`: the first 64 samples. Those of a method that is told classes stand in order of class, as many of each as fit alike.
 */
export function keepSamples(method: SamplesMethod, { dataset }: Pick<KeepingWorld, "dataset">): Keeping {
  const isTold = method.conditions?.includes("label") === true
  const classes = isTold ? (dataset.classes?.length ?? 1) : 1
  const most = Math.ceil(side ** 2 / classes)
  const seen = new Map<number, number>()
  const samples: Sample[] = []
  let shape: readonly [number, number, number] = [0, 0, 0]
  return {
    async add({ output, label }) {
      if (samples.length >= most * classes) return
      const [count, ...image] = output!.shape as [number, number, number, number]
      shape = image
      const size = image[0] * image[1] * image[2]
      const values = (await output!.data()) as Float32Array
      const told = isTold ? await label!.data() : undefined
      for (let index = 0; index < count; index++) {
        const of = told?.[index] ?? 0
        const rank = seen.get(of) ?? 0
        seen.set(of, rank + 1)
        if (rank < most)
          samples.push({ values: values.slice(index * size, (index + 1) * size), class: of, rank })
      }
    },
    async files() {
      const shown = samples
        .toSorted((a, b) => a.rank - b.rank)
        .slice(0, side ** 2)
        .sort((a, b) => a.class - b.class)
      const size = shape[0] * shape[1] * shape[2]
      const all = new Float32Array(shown.length * size)
      for (const [index, { values }] of shown.entries()) all.set(values, index * size)
      const bytes = await toPng(all, [shown.length, ...shape], { columns: side, gap: 2 })
      return [{ name: "grid", file: "grid.png", bytes }]
    },
  }
}
