import { evaluationBatch } from "@saddlepoint/core/answer/answering"
import { joinedBlocks } from "@saddlepoint/core/answer/joinedBlocks"
import type { Batch } from "@saddlepoint/core/contracts/game"
import type { Answer } from "@saddlepoint/core/contracts/method"
import type { Engine, StepSources } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"

/** Images on the host, as metrics and `toPng` take them. */
export interface Images {
  /** In [-1, 1], row-major. */
  readonly values: Float32Array
  /** `[images, height, width, channels]`. */
  readonly shape: readonly [number, number, number, number]
  readonly range: "-1..1"
}

/** Who is asked, where, and what is drawn for it. */
export interface Answering {
  readonly answer: Answer
  readonly engine: Engine
  /** Of the batches, by their places. */
  readonly random: StepSources["random"]
}

/**
 * Asks for images or points, batch by batch.
 * @param count of all
 * @param told what is told of so many, from one on; tensors that are disposed of here
 */
export async function answered(
  { answer, engine, random }: Answering,
  count: number,
  told: (start: number, count: number) => Batch,
): Promise<Pick<Images, "values" | "range"> & { readonly shape: readonly number[] }> {
  const blocks: { readonly values: Float32Array; readonly shape: readonly number[] }[] = []
  for (let start = 0; start < count; start += evaluationBatch) {
    const some = Math.min(evaluationBatch, count - start)
    const step = engine.compile(
      (feeds, { random: draw }) => ({ output: answer(feeds, { count: some, draw }) }),
      { random, schedule: () => 0 },
    )
    const feeds = told(start, some)
    let output: tf.Tensor | undefined
    try {
      output = step.play(feeds, start / evaluationBatch).output!
      blocks.push({ values: Float32Array.from(await output.data()), shape: output.shape })
    } finally {
      tf.dispose([feeds, output])
      step.dispose()
    }
  }
  const [, ...one] = blocks[0]?.shape ?? [0, 0]
  const values = joinedBlocks(blocks.map((block) => block.values))
  return { values, shape: [count, ...one], range: "-1..1" }
}
