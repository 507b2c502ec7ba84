import type { OpenDataset } from "@saddlepoint/core/dataset"
import type { Stage } from "@saddlepoint/core/game"
import type { Judge } from "@saddlepoint/core/judge"
import { makeAdam } from "@saddlepoint/core/optimisers/adam"
import { type Options, type Plugin, type Use, use } from "@saddlepoint/core/plugin"
import * as tf from "@saddlepoint/engine/tf"
import { Effect, Schema } from "effect"
import { crossEntropy } from "./crossEntropy.ts"
import { featureNetwork } from "./featureNetwork.ts"
import { transformations, transformed } from "./transformations.ts"

export interface DomainFeaturesOptions {
  /** Number of features; a tenth of the number of test images, 32 at most, where left out. */
  readonly size?: number
  readonly steps: number
  /** Training seed of the judge. */
  readonly seed: number
  /** Channels of the first convolution. */
  readonly width: number
}

/** Most features that are chosen without being asked for. */
const mostFeatures = 32
/** Test images that each feature needs: a covariance of more features is mostly sampling noise. */
export const imagesPerFeature = 10

const task = `which of ${Object.keys(transformations).length} transformations an image went through: ${Object.keys(transformations).join(", ")}`

export const domainFeaturesPlugin: Plugin<"judge", Judge> = {
  kind: "judge",
  name: "domainFeatures",
  version: 1,
  options: {
    size: Schema.optionalKey(between(1, 2048)),
    steps: between(1, 1_000_000).pipe(Schema.withDecodingDefaultKey(Effect.succeed(300))),
    seed: Schema.Natural.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0))),
    width: between(1, 512).pipe(Schema.withDecodingDefaultKey(Effect.succeed(16))),
  },
  build: (options: DomainFeaturesOptions): Judge => ({
    seed: options.seed,
    steps: options.steps,
    player: "features",
    task,
    stages: (dataset) => [stage(options, dataset)],
  }),
}

/**
 * Features of a small network that was trained on the real training images of the dataset to tell which of several
 * declared transformations an image went through (self-supervised: needs no labels). It knows this domain's textures
 * and what spoils them, which no network trained elsewhere does, and never sees a test image.
 */
export function domainFeatures(options: Partial<Options<DomainFeaturesOptions>> = {}): Use<"judge"> {
  return use(domainFeaturesPlugin, options)
}

/**
 * The number of features for so many test images: what was asked for, or a tenth of the images and 32 at most.
 * @throws one sentence when that is more than a tenth, or less than one
 */
export function featureSize(asked: number | undefined, testImages: number): number {
  const most = Math.floor(testImages / imagesPerFeature)
  const size = asked ?? Math.min(mostFeatures, most)
  if (size < 1 || size > most) {
    throw new Error(
      `Expected at most one feature per ${imagesPerFeature} test images (${most} for ${testImages}), but got ` +
        `${asked ?? "no room for one"}; use fewer features (size) or more test images.`,
    )
  }
  return size
}

function stage(options: DomainFeaturesOptions, dataset: OpenDataset): Stage {
  const { train, test } = dataset.splits
  const size = featureSize(options.size, test.size)
  const channels = train.fields.target!.shape[2]!
  const shape = { channels, width: options.width, size, classes: Object.keys(transformations).length }
  return {
    name: "features",
    share: 1,
    batch: Number(process.env.FB ?? 32),
    data: async () => transformed(train, "target"),
    play({ seed }) {
      const network = featureNetwork("features", shape, seed)
      return {
        players: { features: network.player },
        turns: [
          {
            name: "features",
            learns: ["features"],
            optimiser: makeAdam({ rate: 2e-3, beta1: 0.9 }),
            objective({ image, transformation, which }) {
              const { logits, colours, exemplar } = network.both(image!) as any
              const ex = crossEntropy(exemplar, which!)
              const ce = crossEntropy(logits, transformation!)
              const mse = tf.mean(tf.squaredDifference(colours, tf.mean(image!, [1, 2]))) as tf.Scalar
              const total = tf.add(tf.mul(ex, Number(process.env.EW ?? 0)), tf.add(ce, tf.mul(mse, Number(process.env.CW ?? 0)))) as tf.Scalar
              return { total, terms: { crossEntropy: ce, mse, ex } }
            },
          },
        ],
      }
    },
  }
}

function between(minimum: number, maximum: number) {
  return Schema.Int.check(Schema.isBetween({ minimum, maximum }))
}
