import type { Measured, Metering, Metric, MetricWorld } from "@saddlepoint/core/contracts/metric"
import type { Plugin } from "@saddlepoint/core/contracts/plugin"
import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import * as Schema from "effect/Schema"

/** What the conformance suite needs to know of a kind of metric. */
export interface MetricKind<M extends Metric = Metric, Seen extends object = object> {
  /** What it judges, and of which data, for the names of tests. */
  readonly name: string
  readonly metrics: readonly { readonly plugin: Plugin<"metric", M>; readonly metric: M }[]
  world(metric: M): Promise<MetricWorld>
  begin(metric: M, world: MetricWorld): Promise<Metering<Seen>>
  /** The batches of answers to the test examples of these indices. */
  answers(indices: readonly number[]): Promise<readonly Seen[]>
  /** A batch that holds NaN. */
  notFinite(): Promise<Seen>
  /** Relative difference of values over other batches: feature networks run in float32, whose sums depend on the batch. */
  readonly rounding: number
}

/** Number of answers that the suite judges: three features for each of ten. */
export const answered = 30

/** A metric with its options' defaults, and what stands in its slots. */
export function built<M>(plugin: Plugin<"metric", M>, slots: object = {}): M {
  const options = Schema.decodeUnknownSync(Schema.Struct(plugin.options) as unknown as Schema.Codec<object>)(
    {},
  )
  return plugin.build({ ...options, ...slots })
}

/** Judges the answers to the test examples of these indices, batch by batch. */
export async function judged<M extends Metric, Seen extends object>(
  kind: MetricKind<M, Seen>,
  metric: M,
  batches: readonly (readonly number[])[],
): Promise<Measured> {
  const metering = await kind.begin(metric, await kind.world(metric))
  try {
    for (const indices of batches) {
      for (const batch of await kind.answers(indices)) {
        await metering.update(batch)
        tf.dispose(batch as tf.TensorContainer)
      }
    }
    return await metering.compute()
  } finally {
    metering.dispose()
  }
}

/** Images plus a little noise of their own each, in [-1, 1]. */
export function noisy(images: tf.Tensor, indices: readonly number[]): tf.Tensor {
  const size = images.size / indices.length
  const noise = indices.flatMap((index) => {
    const source = stream("noise", index)
    return Array.from({ length: size }, () => 0.1 * source.normal())
  })
  return tf.tidy(() => tf.clipByValue(tf.add(images, tf.tensor(noise, images.shape)), -1, 1))
}
