import type { Engine } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import type { OpenDataset } from "./dataset.ts"
import { randomSource } from "./draw.ts"
import type { Players } from "./game.ts"
import { readBatch } from "./loader.ts"
import type { Method } from "./method.ts"
import type { Metric, MetricIdentity, MetricWorld } from "./metric.ts"
import { toTensors } from "./round.ts"

/** A metric with the judges that were trained for it. */
export interface ReadyMetric {
  readonly metric: Metric
  readonly judges: MetricWorld["judges"]
}

export interface Evaluation {
  readonly method: Method
  readonly players: Players
  readonly dataset: OpenDataset
  readonly datasetDigest: string
  readonly metrics: readonly ReadyMetric[]
  readonly engine: Engine
  /** Seed of the trial; dropout masks at test time come from its stream `evaluate`. */
  readonly seed: number
  /** Sees every batch after it was answered, e.g. to keep pictures; must not keep the tensors. */
  readonly onBatch?: (batch: Readonly<Record<string, tf.Tensor>>, index: number) => Promise<void>
}

/** A metric's value with all that makes it comparable, and its evaluation noise where that was estimated. */
export interface JudgedOutput {
  readonly value: number
  readonly noise?: number
  readonly identity: MetricIdentity
}

/** Test images per batch. Part of the protocol: a generator with batch statistics sees this many at once. */
export const evaluationBatch = 32

/**
 * Judges trained players on the test split, in its order, once: last weights, generator in its declared test mode,
 * frozen judges. All metrics share the one pass.
 * @returns by metric output name
 */
export async function evaluate(evaluation: Evaluation): Promise<Record<string, JudgedOutput>> {
  const { method, players, dataset, datasetDigest, metrics, engine, seed, onBatch } = evaluation
  const answer = await method.answer(dataset, players)
  const turn = engine.compile((feeds) => ({ output: answer(feeds) }), {
    random: randomSource(seed, "evaluate"),
    schedule: () => 0,
  })
  const meterings = await Promise.all(
    metrics.map(({ metric, judges }) => metric.begin({ dataset, datasetDigest, judges })),
  )
  try {
    const { test } = dataset.splits
    for (let start = 0; start < test.size; start += evaluationBatch) {
      const size = Math.min(evaluationBatch, test.size - start)
      const indices = Array.from({ length: size }, (_, offset) => start + offset)
      const batch = toTensors(await readBatch(test, indices))
      const { output } = turn.play(batch, start / evaluationBatch)
      const judged = { ...batch, input: batch.input!, target: batch.target!, output: output! }
      for (const metering of meterings) await metering.update(judged)
      await onBatch?.(judged, start / evaluationBatch)
      tf.dispose(judged)
    }
    const results: Record<string, JudgedOutput> = {}
    for (const metering of meterings) {
      const { values, noise = {}, identity } = await metering.compute()
      for (const [name, value] of Object.entries(values)) {
        results[name] = { value, ...(name in noise ? { noise: noise[name]! } : {}), identity }
      }
    }
    return results
  } finally {
    for (const metering of meterings) metering.dispose()
    turn.dispose()
  }
}
