import { randomSource } from "@saddlepoint/core/play/draw"
import type { Batch, Players } from "@saddlepoint/core/contracts/game"
import { readBatch } from "@saddlepoint/core/play/loader"
import { type AdaptationMethod, domainsOf } from "@saddlepoint/core/contracts/method"
import { toTensors } from "@saddlepoint/core/play/round"
import * as tf from "@saddlepoint/engine/tf"
import type { OpenTrial } from "./openTrial.ts"
import { openPictures } from "./pictures.ts"

/** Source test images that are translated for looking at: the first ones, so that every arm shows the same. */
export const translatedImages = 10

/**
 * PNG, a row for each of the first source test images: the image, its translation, and the target's test image of the same
 * index, which is no pair of it and shows what the target looks like. Undefined where the method translates nothing.
 */
export async function keptTranslations(
  method: AdaptationMethod,
  players: Players,
  { dataset, engine, request }: Pick<OpenTrial, "dataset" | "engine" | "request">,
): Promise<Buffer | undefined> {
  if (method.translate === undefined) return undefined
  // A selection chooses among classifiers; the translator is that of the last step.
  const translate = await method.translate(domainsOf(dataset), players)
  const [source, target] = [dataset.sourceTest!, dataset.splits.test]
  const images = Math.min(translatedImages, source.size, target.size)
  const indices = Array.from({ length: images }, (_, index) => index)
  const { input, style } = toTensors({
    input: (await readBatch(source, indices)).image!,
    style: (await readBatch(target, indices)).image!,
  })
  const turn = engine.compile((feeds) => ({ output: translate(feeds as Batch) }), {
    random: randomSource(request.trial.seed, "translations"),
    schedule: () => 0,
  })
  const pictures = openPictures(translatedImages)
  try {
    const { output } = turn.play({ image: input! }, 0)
    await pictures.add({ input: input!, output: output!, target: style! })
    tf.dispose(output!)
    return await pictures.draw()
  } finally {
    turn.dispose()
    tf.dispose([input!, style!])
  }
}
