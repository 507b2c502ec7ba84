import { evaluationBatch } from "@saddlepoint/core/answer/answering"
import { answersTo, imagesOf } from "@saddlepoint/core/answer/playSplit"
import type { Split } from "@saddlepoint/core/contracts/dataset"
import type { Players } from "@saddlepoint/core/contracts/game"
import { type ClassesMethod, domainsOf } from "@saddlepoint/core/contracts/method"
import { randomSource } from "@saddlepoint/core/play/draw"
import { encodeSafetensors } from "@saddlepoint/core/play/safetensors"
import type { KeepingWorld } from "./keeping.ts"

/** Test images of each domain whose features are kept: the first ones, so that every arm shows the same. */
export const featureImages = 300

/**
 * Features of the first test images of both domains, as the judged players see them: float32 tensors `source` and `target`,
 * `[images, size]`, in the safetensors format. Undefined where the method gives no features.
 * @param chosen the players that are judged
 */
export async function keptFeatures(
  method: ClassesMethod,
  chosen: Players,
  { dataset, engine, request }: KeepingWorld,
): Promise<Buffer | undefined> {
  if (method.features === undefined) return undefined
  const features = await method.features(domainsOf(dataset), chosen)
  const random = randomSource(request.trial.seed, "features")
  const seen = async (split: Split) => {
    const examples = Math.min(featureImages, split.size)
    const play = { engine, split, batch: evaluationBatch, examples, random, shown: imagesOf }
    const values = await answersTo(play, features)
    return { shape: [examples, values.length / examples], values }
  }
  return encodeSafetensors({
    source: await seen(dataset.sourceTest!),
    target: await seen(dataset.splits.test),
  })
}
