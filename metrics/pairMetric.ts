import type {
  Metering,
  Metric,
  MetricFacts,
  MetricIdentity,
  MetricOutput,
  MetricWorld,
} from "@saddlepoint/core/metric"
import type { Plugin } from "@saddlepoint/core/plugin"
import { type ImageShape, imageShape, requireFinite } from "./judgedImages.ts"

/** A metric of single pairs of images: one number for each output and its target. */
export interface PairMeasure {
  /** Name of the plug-in, as the constructor's. */
  readonly plugin: string
  readonly version: number
  readonly output: MetricOutput
  /** The conventions behind the number. */
  readonly conventions: MetricIdentity
  /** The number of one pair, in float64, from values in [-1, 1]. Throws one sentence where the shape is too small. */
  perImage(output: Float32Array, target: Float32Array, shape: ImageShape): number
  /** Turns the mean over all images into the value; the mean itself where left out. */
  finish?(mean: number): number
}

/** What the compiler knows of a metric of pairs. */
export type PairFacts = MetricFacts & { readonly needsLabels: false }

/**
 * Makes the plug-in of a metric of pairs. The value is the mean over images, in the order in which they came, so it
 * does not depend on how the evaluation is batched.
 */
export function pairMetric(measure: PairMeasure): Plugin<"metric", Metric> {
  return {
    kind: "metric",
    name: measure.plugin,
    version: measure.version,
    options: {},
    build: () => ({
      name: measure.plugin,
      outputs: [measure.output],
      needsLabels: false,
      judges: {},
      begin: async (world) => meter(measure, world),
    }),
  }
}

function meter(measure: PairMeasure, world: MetricWorld): Metering {
  let sum = 0
  let images = 0
  return {
    async update(batch) {
      const shape = imageShape(batch, measure.output.name)
      const size = shape[0] * shape[1] * shape[2]
      const [output, target] = await Promise.all([batch.output.data(), batch.target.data()])
      for (let start = 0; start < output.length; start += size) {
        const value = measure.perImage(
          output.subarray(start, start + size) as Float32Array,
          target.subarray(start, start + size) as Float32Array,
          shape,
        )
        requireFinite(value, measure.output.name)
        sum += value
        images++
      }
    },
    async compute() {
      if (images === 0) {
        throw new Error(
          `Expected at least 1 image to judge for ${measure.output.name}, but got 0; the test split is empty.`,
        )
      }
      const mean = sum / images
      const value = measure.finish?.(mean) ?? mean
      return {
        values: { [measure.output.name]: value },
        identity: {
          metric: measure.plugin,
          version: measure.version,
          ...measure.conventions,
          images,
          dataset: world.datasetDigest,
        },
      }
    },
    dispose() {},
  }
}
