import type { Engine, StepSources } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import type { Split } from "../contracts/dataset.ts"
import type { Batch } from "../contracts/game.ts"
import type { Answer } from "../contracts/method.ts"
import { readBatch } from "../play/loader.ts"
import { toTensors } from "../play/toTensors.ts"
import { joinedBlocks } from "./joinedBlocks.ts"

/** What is played through, and how. */
export interface SplitPlay {
  readonly engine: Engine
  readonly split: Split
  /** Examples per batch; the last may have fewer. */
  readonly batch: number
  /** Only the first so many; all where left out. */
  readonly examples?: number
  readonly random: StepSources["random"]
  /** What `answer` gets to see of a batch; all of it where left out. */
  readonly shown?: (batch: Batch) => Batch
}

/**
 * Answers a split batch by batch, in its order, as one compiled step that learns nothing.
 * @param visit sees each batch, and what was answered to it; must not keep the tensors
 */
export async function playSplit(
  { engine, split, batch: most, examples = split.size, random, shown = (batch) => batch }: SplitPlay,
  answer: Answer,
  visit: (batch: Batch, output: tf.Tensor, index: number) => Promise<void>,
): Promise<void> {
  const step = engine.compile(
    (feeds, { random: draw }) => {
      const count = Object.values(feeds)[0]!.shape[0]!
      return { output: answer(feeds, { count, draw }) }
    },
    { random, schedule: () => 0 },
  )
  try {
    const end = Math.min(examples, split.size)
    for (let start = 0; start < end; start += most) {
      const indices = Array.from({ length: Math.min(most, end - start) }, (_, offset) => start + offset)
      const batch = toTensors(await readBatch(split, indices))
      let output: tf.Tensor | undefined
      try {
        output = step.play(shown(batch), start / most).output!
        await visit(batch, output, start / most)
      } finally {
        tf.dispose([batch, output])
      }
    }
  } finally {
    step.dispose()
  }
}

/** A batch without anything but its images. */
export const imagesOf = ({ image }: Batch): Batch => ({ image: image! })

/** All answers to a split, one after the other: float32, row-major. */
export async function answersTo(
  play: SplitPlay,
  answer: Answer,
  visit: (batch: Batch, output: tf.Tensor) => Promise<void> = async () => {},
): Promise<Float32Array> {
  const blocks: Float32Array[] = []
  await playSplit(play, answer, async (batch, output) => {
    blocks.push(Float32Array.from(await output.data()))
    await visit(batch, output)
  })
  return joinedBlocks(blocks)
}
