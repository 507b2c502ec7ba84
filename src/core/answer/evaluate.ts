import type { Engine } from "@saddlepoint/engine/engine"
import type * as tf from "@saddlepoint/engine/tf"
import type { OpenDataset } from "../contracts/dataset.ts"
import { randomSource } from "../play/draw.ts"
import type { Players } from "../contracts/game.ts"
import { type AdaptationMethod, domainsOf, type ImageMethod, type Method, selectionName } from "../contracts/method.ts"
import type { ClassifiedBatch, JudgedBatch, Metering, Metric, MetricIdentity, MetricWorld } from "../contracts/metric.ts"
import { imagesOf, playSplit } from "./playSplit.ts"
import { selectCandidate } from "./selectCandidate.ts"

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
  /** Sees the players that are judged, which a selection may have chosen, before they are; of methods that classify only. */
  readonly onChosen?: (players: Players) => Promise<void>
  /**
   * Sees every batch after it was answered, e.g. to keep pictures; must not keep the tensors. Images of classes come as
   * `target` or `source`, after their domain.
   */
  readonly onBatch?: (batch: Readonly<Record<string, tf.Tensor>>, index: number) => Promise<void>
}

/** A metric's value with all that makes it comparable, and its evaluation noise where that was estimated. */
export interface JudgedOutput {
  readonly value: number
  readonly noise?: number
  readonly identity: MetricIdentity
}

/** Test examples per batch. Part of the protocol: a generator with batch statistics sees this many at once. */
export const evaluationBatch = 32

/**
 * Judges trained players on the held-out data, in its order, once: last weights, networks in their declared test mode,
 * frozen judges. All metrics share the one pass. A method that classifies is judged on the target's test split, and on the
 * source's; it is given images alone.
 * @returns by metric output name
 */
export async function evaluate(evaluation: Evaluation): Promise<Record<string, JudgedOutput>> {
  const { method } = evaluation
  return method.requires === "adaptation"
    ? evaluateClasses({ ...evaluation, method })
    : evaluateImages({ ...evaluation, method })
}

async function evaluateImages(
  evaluation: Evaluation & { readonly method: ImageMethod },
): Promise<Record<string, JudgedOutput>> {
  const { method, players, dataset, engine, onBatch } = evaluation
  const answer = await method.answer(dataset, players)
  const meterings = await begun<JudgedBatch>(evaluation, "images")
  await playSplit(
    { engine, split: dataset.splits.test, ...protocolOf(evaluation) },
    answer,
    async (batch, output, index) => {
      const judged = { ...batch, input: batch.input!, target: batch.target!, output }
      for (const metering of meterings) await metering.update(judged)
      await onBatch?.(judged, index)
    },
  ).catch((error: unknown) => {
    release(meterings)
    throw error
  })
  return measured(meterings)
}

async function evaluateClasses(
  evaluation: Evaluation & { readonly method: AdaptationMethod },
): Promise<Record<string, JudgedOutput>> {
  const { method, dataset, engine, onChosen, onBatch } = evaluation
  const players = await selectCandidate(method, evaluation.players, dataset, engine)
  await onChosen?.(players)
  const answer = await method.answer(domainsOf(dataset), players)
  const meterings = await begun<ClassifiedBatch>(evaluation, "classes")
  const domains = { target: dataset.splits.test, source: dataset.sourceTest! }
  try {
    let batches = 0
    for (const domain of ["target", "source"] as const) {
      const play = { engine, split: domains[domain], ...protocolOf(evaluation), shown: imagesOf }
      await playSplit(play, answer, async (batch, output) => {
        const judged = { ...batch, domain, image: batch.image!, output }
        for (const metering of meterings) await metering.update(judged)
        await onBatch?.({ ...batch, [domain]: batch.image!, output }, batches++)
      })
    }
  } catch (error) {
    release(meterings)
    throw error
  }
  return measured(meterings)
}

/** Begins every metric; throws one sentence when one judges something else. */
async function begun<Judged>(
  { method, dataset, datasetDigest, metrics }: Evaluation,
  judged: Metric["judged"],
): Promise<readonly Metering<Judged>[]> {
  const other = metrics.find(({ metric }) => metric.judged !== judged)
  if (other !== undefined) {
    throw new Error(
      `Expected metrics of ${judged}, but ${other.metric.name} judges ${other.metric.judged}; choose one that fits the method.`,
    )
  }
  const selection =
    method.requires === "adaptation" ? { selection: selectionName(method.selection ?? "last") } : {}
  const worlds = metrics.map(({ metric, judges }) =>
    metric.begin({ dataset, datasetDigest, judges, ...selection }),
  )
  return (await Promise.all(worlds)) as unknown as readonly Metering<Judged>[]
}

/** How every test split is answered. */
function protocolOf({ seed }: Evaluation) {
  return { batch: evaluationBatch, random: randomSource(seed, "evaluate") }
}

async function measured(meterings: readonly Metering<never>[]): Promise<Record<string, JudgedOutput>> {
  try {
    const results: Record<string, JudgedOutput> = {}
    for (const metering of meterings) {
      const { values, noise = {}, identity } = await metering.compute()
      for (const [name, value] of Object.entries(values)) {
        results[name] = { value, ...(name in noise ? { noise: noise[name]! } : {}), identity }
      }
    }
    return results
  } finally {
    release(meterings)
  }
}

function release(meterings: readonly Metering<never>[]): void {
  for (const metering of meterings) metering.dispose()
}
