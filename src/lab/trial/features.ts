import type { Split } from "@saddlepoint/core/dataset"
import { randomSource } from "@saddlepoint/core/draw"
import { evaluationBatch } from "@saddlepoint/core/evaluate"
import type { Batch, Players } from "@saddlepoint/core/game"
import { readBatch } from "@saddlepoint/core/loader"
import { type AdaptationMethod, domainsOf } from "@saddlepoint/core/method"
import { toTensors } from "@saddlepoint/core/round"
import { encodeSafetensors } from "@saddlepoint/core/safetensors"
import { selectCandidate } from "@saddlepoint/core/selectCandidate"
import type { Weights } from "@saddlepoint/core/weights"
import * as tf from "@saddlepoint/engine/tf"
import type { OpenTrial } from "./openTrial.ts"

/** Test images of each domain whose features are kept: the first ones, so that every arm shows the same. */
export const featureImages = 300

/**
 * Features of the first test images of both domains, as the judged players see them: float32 tensors `source` and `target`,
 * `[images, size]`, in the safetensors format. Undefined where the method gives no features.
 */
export async function keptFeatures(
  method: AdaptationMethod,
  players: Players,
  { dataset, engine, request }: Pick<OpenTrial, "dataset" | "engine" | "request">,
): Promise<Buffer | undefined> {
  if (method.features === undefined) return undefined
  const chosen = await selectCandidate(method, players, dataset, engine)
  const features = await method.features(domainsOf(dataset), chosen)
  const turn = engine.compile((feeds) => ({ output: features(feeds as Batch) }), {
    random: randomSource(request.trial.seed, "features"),
    schedule: () => 0,
  })
  const seen = async (split: Split) => featuresOf(split, (batch, step) => turn.play(batch, step).output!)
  try {
    return encodeSafetensors({
      source: await seen(dataset.sourceTest!),
      target: await seen(dataset.splits.test),
    })
  } finally {
    turn.dispose()
  }
}

async function featuresOf(
  split: Split,
  play: (batch: Batch, step: number) => tf.Tensor,
): Promise<Weights[string]> {
  const images = Math.min(featureImages, split.size)
  const blocks: Float32Array[] = []
  for (let start = 0; start < images; start += evaluationBatch) {
    const indices = Array.from({ length: Math.min(evaluationBatch, images - start) }, (_, i) => start + i)
    const { image } = toTensors({ image: (await readBatch(split, indices)).image! })
    const output = play({ image: image! }, start / evaluationBatch)
    blocks.push(Float32Array.from(await output.data()))
    tf.dispose([image!, output])
  }
  const values = new Float32Array(blocks.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const block of blocks) {
    values.set(block, at)
    at += block.length
  }
  return { shape: [images, values.length / images], values }
}
