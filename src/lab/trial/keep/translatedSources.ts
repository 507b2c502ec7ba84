import { imagesOf, playSplit } from "@saddlepoint/core/answer/playSplit"
import type { Players } from "@saddlepoint/core/contracts/game"
import { type ClassesMethod, domainsOf } from "@saddlepoint/core/contracts/method"
import { randomSource } from "@saddlepoint/core/play/draw"
import { readBatch } from "@saddlepoint/core/play/loader"
import { toTensors } from "@saddlepoint/core/play/toTensors"
import * as tf from "@saddlepoint/engine/tf"
import type { KeepingWorld } from "./keeping.ts"
import { openRows } from "./rows.ts"

/** Source test images that are translated for looking at: the first ones, so that every arm shows the same. */
export const translatedImages = 10

/**
 * PNG, a row for each of the first source test images: the image, its translation, and the target's test image of the same
 * index, which is no pair of it and shows what the target looks like. Undefined where the method translates nothing.
 */
export async function translatedSources(
  method: ClassesMethod,
  players: Players,
  { dataset, engine, request }: KeepingWorld,
): Promise<Buffer | undefined> {
  if (method.translate === undefined) return undefined
  // A selection chooses among classifiers; the translator is that of the last step.
  const translate = await method.translate(domainsOf(dataset), players)
  const [source, target] = [dataset.sourceTest!, dataset.splits.test]
  const examples = Math.min(translatedImages, source.size, target.size)
  const indices = Array.from({ length: examples }, (_, index) => index)
  const { style } = toTensors({ style: (await readBatch(target, indices)).image! })
  const rows = openRows(translatedImages)
  const random = randomSource(request.trial.seed, "translations")
  try {
    const play = { engine, split: source, batch: examples, examples, random, shown: imagesOf }
    await playSplit(play, translate, ({ image }, output) =>
      rows.add({ input: image!, output, target: style! }),
    )
    return await rows.draw()
  } finally {
    tf.dispose(style!)
  }
}
