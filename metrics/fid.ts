import type { OpenDataset } from "@saddlepoint/core/dataset"
import type { Judge } from "@saddlepoint/core/judge"
import { readBatch } from "@saddlepoint/core/loader"
import type { Metering, Metric, MetricFacts, MetricWorld } from "@saddlepoint/core/metric"
import type { Player } from "@saddlepoint/core/player"
import { type Plugin, type Use, use } from "@saddlepoint/core/plugin"
import * as tf from "@saddlepoint/engine/tf"
import { frechetDistance } from "./features/frechet.ts"
import { imageShape, requireFinite } from "./judgedImages.ts"
import { domainFeatures, imagesPerFeature } from "./judges/domainFeatures.ts"
import { featureTap } from "./judges/featureNetwork.ts"
import { addVectors, noMoments, type RunningMoments, settledMoments } from "./features/moments.ts"

export interface FidOptions {
  /** The judge whose features are compared. */
  readonly features?: Use<"judge">
}

export const fidPlugin: Plugin<"metric", Metric> = {
  kind: "metric",
  name: "fid",
  version: 1,
  options: {},
  slots: { features: { kind: "judge", default: domainFeatures() } },
  build: ({ features }: { readonly features: Judge }): Metric => ({
    name: "fid",
    outputs: [{ name: "fid", higherIsBetter: false, unit: "", range: [0, Number.MAX_VALUE] }],
    needsLabels: false,
    judges: { features },
    begin: async (world) => meter(world, features.task),
  }),
}

/**
 * Frechet distance (Heusel et al. 2017) between the features of the generated test images and those of all real
 * training images, over the features of a judge trained on this dataset: never comparable with distances over
 * Inception. Lower is better. Needs ten generated images per feature.
 */
export function fid(options: FidOptions = {}): Use<"metric", MetricFacts & { readonly needsLabels: false }> {
  return use(fidPlugin, { ...options })
}

/** Images per pass through the feature network. */
const batch = 32

async function meter(world: MetricWorld, task: string): Promise<Metering> {
  const judge = world.judges.features
  if (judge === undefined) {
    throw new Error(
      "Expected the trained judge features for fid, but got none; train the metric's judges first.",
    )
  }
  const reference = settledMoments(await referenceMoments(world.dataset, judge.player))
  const size = reference.mean.length
  let generated = noMoments(size)
  return {
    async update(judged) {
      imageShape(judged, "fid")
      const rows = await featuresOf(judge.player, judged.output)
      requireFinite(
        rows.reduce((sum, value) => sum + value, 0),
        "fid",
      )
      generated = addVectors(generated, rows)
    },
    async compute() {
      if (generated.count < imagesPerFeature * size) {
        throw new Error(
          `Expected at least ${imagesPerFeature * size} generated images for fid over ${size} features, but got ` +
            `${generated.count}; judge more images or use fewer features.`,
        )
      }
      const value = frechetDistance(settledMoments(generated), reference)
      return {
        // Rounding alone makes it negative, where the sets are equal.
        values: { fid: Math.max(0, value) },
        identity: {
          metric: "fid",
          version: fidPlugin.version,
          judge: judge.digest,
          task,
          tap: featureTap,
          features: size,
          values: "-1..1",
          resize: "none",
          covariance: "float64, divided by n - 1",
          images: generated.count,
          realImages: reference.count,
          reference: world.datasetDigest,
          referenceSplit: "train",
        },
      }
    },
    dispose() {},
  }
}

async function referenceMoments(dataset: OpenDataset, player: Player): Promise<RunningMoments> {
  const { train } = dataset.splits
  let moments: RunningMoments | undefined
  for (let start = 0; start < train.size; start += batch) {
    const indices = Array.from({ length: Math.min(batch, train.size - start) }, (_, i) => start + i)
    const { values, shape } = (await readBatch(train, indices)).target!
    const images = tf.tensor(values, [...shape], "float32")
    try {
      const rows = await featuresOf(player, images)
      moments = addVectors(moments ?? noMoments(rows.length / indices.length), rows)
    } finally {
      images.dispose()
    }
  }
  if (moments === undefined) {
    throw new Error("Expected real training images as the reference of fid, but the training split is empty.")
  }
  return moments
}

async function featuresOf(player: Player, images: tf.Tensor): Promise<Float32Array> {
  const features = player.apply([images], "evaluate")
  try {
    return (await features.data()) as Float32Array
  } finally {
    features.dispose()
  }
}
