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
import { directionsOf, slicedWasserstein as distance } from "./maths/samples/slicedWasserstein.ts"

export interface SlicedWassersteinOptions {
  /** Directions that are projected on; 128 by default. */
  readonly directions: number
}

const outputs: readonly MetricOutput[] = [
  { name: "slicedWasserstein", higherIsBetter: false, unit: "", range: [0, Number.MAX_VALUE], best: 0 },
]

/** Training points that are compared with at most: the first ones. */
const mostReal = 5000

export const slicedWassersteinPlugin: Plugin<"metric", PointMetric> = {
  kind: "metric",
  name: "slicedWasserstein",
  version: 1,
  options: {
    directions: withDefault(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 4096 })), 128),
  },
  build: (options: SlicedWassersteinOptions): PointMetric => ({
    name: "slicedWasserstein",
    outputs,
    judged: "points",
    needsLabels: false,
    judges: {},
    begin: async (world) => meter(options, world),
  }),
}

/**
 * Sliced Wasserstein-1 distance between generated and real training points: the mean over seeded directions of the distance of their
 * projections (Bonneel et al. 2015). In the units of the data; 0 where both are the same set, lower is better. Unlike counts of modes it tells how far away
 * points are.
 */
export function slicedWasserstein(options: Partial<Options<SlicedWassersteinOptions>> = {}): Use<
  "metric",
  {
    readonly needsLabels: false
    readonly judged: "points"
    readonly outputs: "slicedWasserstein"
  }
> {
  return use(slicedWassersteinPlugin, { ...options })
}

async function realPoints({ splits: { train } }: OpenDataset) {
  const count = Math.min(mostReal, train.size)
  const { point } = await train.read(Array.from({ length: count }, (_, index) => index))
  return { values: point!, size: train.fields.point!.shape[0]!, count }
}

async function meter(
  { directions }: SlicedWassersteinOptions,
  world: MetricWorld,
): Promise<Metering<PointBatch>> {
  const real = await realPoints(world.dataset)
  const seen: number[] = []
  return {
    async update({ output }) {
      const values = await output.data()
      if (!values.every(Number.isFinite)) {
        throw new Error(
          "Expected finite points to judge for slicedWasserstein, but the outputs hold NaN or infinity; look at the trial's losses.",
        )
      }
      for (const value of values) seen.push(value)
    },
    async compute() {
      const points = seen.length / real.size
      if (points === 0) {
        throw new Error(
          "Expected at least 1 point to judge for slicedWasserstein, but got 0; the test split is empty.",
        )
      }
      const value = distance(
        seen,
        real.values as Float32Array,
        real.size,
        directionsOf(directions, real.size),
      )
      return {
        values: { slicedWasserstein: value },
        identity: {
          metric: "slicedWasserstein",
          version: slicedWassersteinPlugin.version,
          directions,
          images: points,
          realPoints: real.count,
          dataset: world.datasetDigest,
          split: "test",
          referenceSplit: "train",
          selection: world.selection ?? "last",
        },
      }
    },
    dispose() {},
  }
}
