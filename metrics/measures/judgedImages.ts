import type { ImageBatch, PairBatch } from "@saddlepoint/core/contracts/metric"
import type { ImageShape } from "../maths/images/imageShape.ts"

/** Throws one sentence unless the images of a batch have the shape of the real ones. */
export function requireShape({ output }: ImageBatch, real: readonly number[], metric: string): void {
  if (output.rank === 4 && output.shape.slice(1).join() === real.join()) return
  throw new Error(
    `Expected images of the real ones' shape [${real}] for ${metric}, but got [${output.shape.slice(1)}]; ` +
      "the generator must answer with images of the dataset's size.",
  )
}

/** The shape of the images of a batch of pairs. Throws one sentence when outputs and targets differ in shape. */
export function pairShape({ output, target }: PairBatch, metric: string): ImageShape {
  if (output.rank !== 4 || output.shape.join() !== target.shape.join()) {
    throw new Error(
      `Expected outputs of the targets' shape [${target.shape}] for ${metric}, but got [${output.shape}]; ` +
        "the generator must answer with images of the dataset's size.",
    )
  }
  return [output.shape[1]!, output.shape[2]!, output.shape[3]!]
}

/** Throws one sentence unless a number that was computed from outputs is finite: a metric gives no value for NaN. */
export function requireFinite(computed: number, metric: string): void {
  if (!Number.isFinite(computed)) {
    throw new Error(
      `Expected finite images to judge for ${metric}, but the outputs hold NaN or infinity; look at the trial's losses.`,
    )
  }
}
