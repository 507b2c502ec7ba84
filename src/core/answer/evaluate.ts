import type { Engine } from "@saddlepoint/engine/engine"
import type * as tf from "@saddlepoint/engine/tf"
import type { OpenDataset } from "../contracts/dataset.ts"
import type { Players } from "../contracts/game.ts"
import { judgeable, type Method, selectionName } from "../contracts/method.ts"
import type { Judged, Metering, Metric, MetricIdentity, MetricWorld } from "../contracts/metric.ts"
import { randomSource } from "../play/draw.ts"
import type { JudgedBatch } from "./answering.ts"
import { answeringOf } from "./answerings.ts"

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
  /** Sees the players that are judged, which a selection may have chosen, before they are. */
  readonly onChosen?: (players: Players) => Promise<void>
  /** Sees every batch after it was answered, e.g. to keep pictures; see `Visit`. */
  readonly onBatch?: (batch: Readonly<Record<string, tf.Tensor>>, index: number) => Promise<void>
}

/** A metric's value with all that makes it comparable, and its evaluation noise where that was estimated. */
export interface JudgedOutput {
  readonly value: number
  readonly noise?: number
  readonly identity: MetricIdentity
}

/**
 * Judges trained players on the held-out data, in its order, once: last weights, or the players that the method declares to choose,
 * networks in their declared test mode, frozen judges. All metrics share the one pass.
 * @returns by metric output name
 */
export async function evaluate(evaluation: Evaluation): Promise<Record<string, JudgedOutput>> {
  const { method, dataset, engine, seed, onChosen, onBatch } = evaluation
  const answering = answeringOf(method.answers)
  const world = { dataset, engine, random: randomSource(seed, "evaluate") }
  const players = (await answering.choose?.(method, evaluation.players, world)) ?? evaluation.players
  await onChosen?.(players)
  const meterings = await begun(evaluation)
  try {
    await answering.play(method, players, world, async (judged, seen, index) => {
      for (const metering of meterings) await metering.update(judged)
      await onBatch?.(seen, index)
    })
    return await measured(meterings)
  } finally {
    release(meterings)
  }
}

/** Begins every metric; throws one sentence when one judges something else. Where one cannot begin, those that did are released. */
async function begun({
  method,
  dataset,
  datasetDigest,
  metrics,
}: Evaluation): Promise<readonly Metering<JudgedBatch>[]> {
  const known: readonly Judged[] = judgeable[method.answers]
  const other = metrics.find(({ metric }) => !known.includes(metric.judged))
  if (other !== undefined) {
    throw new Error(
      `Expected metrics of ${known.join(" or ")}, but ${other.metric.name} judges ${other.metric.judged}; choose one that fits the method.`,
    )
  }
  const selection =
    method.answers === "classes" ? { selection: selectionName(method.selection ?? "last") } : {}
  const worlds = metrics.map(({ metric, judges }) =>
    metric.begin({ dataset, datasetDigest, judges, ...selection }),
  )
  const begins = await Promise.allSettled(worlds)
  const meterings = begins.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []))
  const failed = begins.find((one) => one.status === "rejected")
  if (failed !== undefined) {
    release(meterings)
    throw failed.reason
  }
  return meterings as unknown as readonly Metering<JudgedBatch>[]
}

async function measured(meterings: readonly Metering<never>[]): Promise<Record<string, JudgedOutput>> {
  const results: Record<string, JudgedOutput> = {}
  for (const metering of meterings) {
    const { values, noise = {}, identity } = await metering.compute()
    for (const [name, value] of Object.entries(values)) {
      results[name] = { value, ...(name in noise ? { noise: noise[name]! } : {}), identity }
    }
  }
  return results
}

function release(meterings: readonly Metering<never>[]): void {
  for (const metering of meterings) metering.dispose()
}
