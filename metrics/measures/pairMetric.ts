import type {
  Metering,
  MetricFacts,
  MetricIdentity,
  MetricOutput,
  MetricWorld,
  PairBatch,
  PairMetric,
} from "@saddlepoint/core/contracts/metric"
import type { Plugin } from "@saddlepoint/core/contracts/plugin"
import type * as Schema from "effect/Schema"
import type { ImageShape } from "../maths/images/imageShape.ts"
import { pairShape, requireFinite } from "./judgedImages.ts"

/** A metric of single pairs of images: one number for each output and its target. */
export interface PairMeasure<Options> {
  /** Name of the plug-in, as the constructor's. */
  readonly plugin: string
  readonly version: number
  readonly output: MetricOutput
  /**
   * Options of the plug-in. A default is filled in by `measure`, not by the schema: an option that is left out stays
   * out of the definition, so that a new option gives no old trial another identity.
   */
  readonly options?: Schema.Struct.Fields
  /** How images of one shape are measured. Throws one sentence where the shape is too small. */
  measure(options: Options, shape: ImageShape): PairComparison
}

/** How one pair is compared. */
export interface PairComparison {
  /** The conventions behind the number, options included. */
  readonly conventions: MetricIdentity
  /** The number of one pair, in float64, from values in [-1, 1]. */
  perImage(output: Float32Array, target: Float32Array): number
  /** Turns the mean over all images into the value; the mean itself where left out. */
  finish?(mean: number): number
}

/** What the compiler knows of a metric of pairs. */
export type PairFacts<Output extends string = string> = MetricFacts & {
  readonly needsLabels: false
  readonly judged: "pairs"
  readonly outputs: Output
}

/**
 * Makes the plug-in of a metric of pairs. The value is the mean over images, in the order in which they came, so it
 * does not depend on how the evaluation is batched.
 */
export function pairMetric<Options = object>(metric: PairMeasure<Options>): Plugin<"metric", PairMetric> {
  return {
    kind: "metric",
    name: metric.plugin,
    version: metric.version,
    options: metric.options ?? {},
    build: (options: Options) => ({
      name: metric.plugin,
      outputs: [metric.output],
      judged: "pairs",
      needsLabels: false,
      judges: {},
      refuses({ splits }) {
        const shape = splits.test.fields.target?.shape
        if (shape?.length !== 3)
          return [`Expected pairs of images for ${metric.plugin}, but the test split has no targets.`]
        // Whether a window fits shows when it is laid on.
        const blank = new Float32Array(shape.reduce((product, side) => product * side, 1))
        try {
          metric.measure(options, shape as ImageShape).perImage(blank, blank)
          return []
        } catch (error) {
          return [(error as Error).message]
        }
      },
      begin: async (world) => meter(metric, options, world),
    }),
  }
}

function meter<Options>(
  metric: PairMeasure<Options>,
  options: Options,
  world: MetricWorld,
): Metering<PairBatch> {
  const { name } = metric.output
  let sum = 0
  let images = 0
  let shape: ImageShape | undefined
  let comparison: PairComparison | undefined
  return {
    async update(batch) {
      const here = pairShape(batch, name)
      if (shape !== undefined && shape.join() !== here.join()) {
        throw new Error(
          `Expected images of one size for ${name}, [${shape}], but got [${here}]; judge each size by itself.`,
        )
      }
      shape = here
      comparison ??= metric.measure(options, here)
      const size = here[0] * here[1] * here[2]
      const [output, target] = await Promise.all([batch.output.data(), batch.target.data()])
      for (let start = 0; start < output.length; start += size) {
        const value = comparison.perImage(
          output.subarray(start, start + size) as Float32Array,
          target.subarray(start, start + size) as Float32Array,
        )
        requireFinite(value, name)
        sum += value
        images++
      }
    },
    async compute() {
      if (images === 0 || comparison === undefined) {
        throw new Error(`Expected at least 1 image to judge for ${name}, but got 0; the test split is empty.`)
      }
      const mean = sum / images
      return {
        values: { [name]: comparison.finish?.(mean) ?? mean },
        identity: {
          metric: metric.plugin,
          version: metric.version,
          ...comparison.conventions,
          images,
          dataset: world.datasetDigest,
        },
      }
    },
    dispose() {},
  }
}
