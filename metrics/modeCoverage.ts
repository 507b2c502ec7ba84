import type { OpenDataset } from "@saddlepoint/core/contracts/dataset"
import type {
  Metering,
  MetricOutput,
  MetricWorld,
  PointBatch,
  PointMetric,
} from "@saddlepoint/core/contracts/metric"
import { type Options, type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import { withDefault } from "@saddlepoint/core/optimisers/hyperparameters"
import * as Schema from "effect/Schema"
import { addModes, noModes, type PointMixture, settledModes } from "./analysis/samples/modeCoverage.ts"

export interface ModeCoverageOptions {
  /** Standard deviations within which a point is of high quality; 3 by default. */
  readonly radius: number
  /** Points of high quality that a mode needs to count as covered; 1 by default. */
  readonly minimumCount: number
}

const outputs: readonly MetricOutput[] = [
  { name: "modes", higherIsBetter: true, unit: "modes", range: [0, 256] },
  { name: "highQuality", higherIsBetter: true, unit: "share", range: [0, 1] },
  { name: "reverseKl", higherIsBetter: false, unit: "nats", range: [0, Math.log(256)] },
]

export const modeCoveragePlugin: Plugin<"metric", PointMetric> = {
  kind: "metric",
  name: "modeCoverage",
  version: 1,
  options: {
    radius: withDefault(Schema.Finite.check(Schema.isGreaterThan(0)), 3),
    minimumCount: withDefault(Schema.Int.check(Schema.isGreaterThan(0)), 1),
  },
  build: (options: ModeCoverageOptions): PointMetric => ({
    name: "modeCoverage",
    outputs,
    judged: "points",
    needsLabels: false,
    judges: {},
    refuses: ({ mixture }) => (mixture === undefined ? [withoutMixture] : []),
    begin: async (world) => meter(options, world),
  }),
}

const withoutMixture =
  "Expected points of a mixture whose modes are known for modeCoverage, but this dataset tells none; take ringOfGaussians or gridOfGaussians."

/**
 * What generated points cover of a mixture's modes (Srivastava et al. 2017, section 4.1; PacGAN, Lin et al. 2018, section 4.1). A point belongs to the
 * nearest mode, and is of high quality within `radius` standard deviations of it; a perfect sampler in the plane has 1 - exp(-9/2) = 0.9889 of
 * them.
 *
 * `modes` counts modes with at least `minimumCount` points of high quality; `highQuality` is their share among all points; `reverseKl` is
 * KL(points of high quality over modes || evenly over modes) in nats, ln(modes) where there is none.
 */
export function modeCoverage(options: Partial<Options<ModeCoverageOptions>> = {}): Use<
  "metric",
  {
    readonly needsLabels: false
    readonly judged: "points"
    readonly outputs: "modes" | "highQuality" | "reverseKl"
  }
> {
  return use(modeCoveragePlugin, { ...options })
}

function mixtureOf({ mixture }: OpenDataset): PointMixture {
  if (mixture === undefined) throw new Error(withoutMixture)
  const { centres, deviation } = mixture
  return { centres: Float64Array.from(centres.flat()), size: centres[0]!.length, deviation }
}

function meter({ radius, minimumCount }: ModeCoverageOptions, world: MetricWorld): Metering<PointBatch> {
  const mixture = mixtureOf(world.dataset)
  const modes = mixture.centres.length / mixture.size
  let running = noModes(mixture)
  return {
    async update({ output }) {
      const values = (await output.data()) as Float32Array
      if (!values.every(Number.isFinite)) {
        throw new Error(
          "Expected finite points to judge for modeCoverage, but the outputs hold NaN or infinity; look at the trial's losses.",
        )
      }
      running = addModes(running, mixture, values, radius)
    },
    async compute() {
      const { samples } = running
      if (samples === 0) {
        throw new Error(
          "Expected at least 1 point to judge for modeCoverage, but got 0; the test split is empty.",
        )
      }
      const found = settledModes(running, mixture, minimumCount)
      return {
        values: {
          modes: found.modes,
          highQuality: found.highQualityShare,
          reverseKl: found.highQualityShare === 0 ? Math.log(modes) : found.reverseKl,
        },
        identity: {
          metric: "modeCoverage",
          version: modeCoveragePlugin.version,
          modes,
          radius,
          minimumCount,
          images: samples,
          dataset: world.datasetDigest,
          split: "test",
          selection: world.selection ?? "last",
        },
      }
    },
    dispose() {},
  }
}
