import type { Json } from "@saddlepoint/core/contracts/json"
import { legalKey, legalMetric, legalText, limits, timestamp, wholeNumber } from "./values.ts"

/** One value of a metric. `timestamp` in milliseconds since 1970. */
export interface MetricPoint {
  readonly key: string
  /** May be NaN or infinite. */
  readonly value: number
  readonly timestamp: number
  readonly step: number
}

/** What is to be written to one run. Keys and values may be anything; `legalKey` and `legalText` say what becomes of them. */
export interface Logged {
  readonly metrics?: readonly MetricPoint[]
  readonly params?: Readonly<Record<string, Json>>
  readonly tags?: Readonly<Record<string, Json>>
}

/** The body of one log-batch request, without its run. */
export interface Batch {
  readonly params: { readonly key: string; readonly value: string }[]
  readonly tags: { readonly key: string; readonly value: string }[]
  readonly metrics: {
    readonly key: string
    readonly value: number | string
    readonly timestamp: number
    readonly step: number
  }[]
}

/** Bytes of a body beside its entries: the names of the fields and the run's id. */
const frame = 1000

const most = {
  params: limits.paramsPerBatch,
  tags: limits.tagsPerBatch,
  metrics: limits.metricsPerBatch,
} as const

/**
 * Everything as the fewest batches in order that a server takes whole. A metric point that comes twice is sent once:
 * MLflow 2 refuses a batch with both.
 * @throws RangeError for a time or step that is no safe whole number; nothing is sent then
 */
export function legalBatches({ metrics = [], params = {}, tags = {} }: Logged): Batch[] {
  const batches: Batch[] = []
  let batch: Batch | undefined
  let bytes = 0
  const add = <K extends keyof Batch>(kind: K, entry: Batch[K][number]) => {
    const size = Buffer.byteLength(JSON.stringify(entry)) + 1
    const entries = batch === undefined ? 0 : batch.params.length + batch.tags.length + batch.metrics.length
    if (
      batch === undefined ||
      batch[kind].length >= most[kind] ||
      entries >= limits.entriesPerBatch ||
      bytes + size > limits.bytes - frame
    ) {
      batch = { params: [], tags: [], metrics: [] }
      batches.push(batch)
      bytes = 0
    }
    ;(batch[kind] as Batch[K][number][]).push(entry)
    bytes += size
  }
  for (const [key, value] of Object.entries(params)) {
    add("params", { key: legalKey(key), value: legalText(value, limits.param) })
  }
  for (const [key, value] of Object.entries(tags)) {
    add("tags", { key: legalKey(key), value: legalText(value, limits.tag) })
  }
  const seen = new Set<string>()
  for (const point of metrics) {
    const key = legalKey(point.key)
    const at = timestamp(point.timestamp)
    const step = wholeNumber(point.step, "step")
    // A database holds an infinite value as the largest finite one of its sign.
    const stored = Math.min(Math.max(point.value, -Number.MAX_VALUE), Number.MAX_VALUE) + 0
    const identity = JSON.stringify([key, String(stored), at, step])
    if (seen.has(identity)) continue
    seen.add(identity)
    add("metrics", { key, value: legalMetric(point.value), timestamp: at, step })
  }
  return batches
}
