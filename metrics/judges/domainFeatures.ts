import { type OpenDataset, realImages } from "@saddlepoint/core/contracts/dataset"
import { learn, type Stage } from "@saddlepoint/core/contracts/game"
import type { TrainedJudge } from "@saddlepoint/core/contracts/judge"
import { type Options, type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import { softmaxCrossEntropy } from "@saddlepoint/core/losses/softmaxCrossEntropy"
import * as tf from "@saddlepoint/engine/tf"
import * as Schema from "effect/Schema"
import { accuracyExam } from "./accuracyExam.ts"
import { convolutionalFeatures } from "./convolutionalFeatures.ts"
import { decayingAdam } from "./decayingAdam.ts"
import { heldOut } from "./heldOut.ts"
import { between, type JudgeOptions, judgeOptions } from "./judgeOptions.ts"
import { exemplarCount, transformations, transformed } from "./transformations.ts"

export interface DomainFeaturesOptions extends JudgeOptions {
  /** Number of features; a tenth of the number of test images, 32 at most, where left out. */
  readonly size?: number
}

/**
 * Features that are learnt from, and given where the test images allow so many. A network of the few features that few test
 * images allow learnt nothing: 6 for 60 photographs of zebras told transformations at chance.
 */
const usualFeatures = 32
/** Test images that each feature needs: a covariance of more features is mostly sampling noise. */
export const imagesPerFeature = 10

const task = `which training image a picture was made from, and what was done to it: ${Object.keys(transformations).join(", ")}`

export const domainFeaturesPlugin: Plugin<"judge", TrainedJudge> = {
  kind: "judge",
  name: "domainFeatures",
  version: 2,
  options: {
    size: Schema.optionalKey(between(1, 2048)),
    ...judgeOptions(400),
  },
  build: (options: DomainFeaturesOptions): TrainedJudge => ({
    seed: options.seed,
    steps: options.steps,
    player: "features",
    task,
    stages: (dataset) => [stage(options, dataset)],
    features: (dataset) => featureSize(options.size, dataset.splits.test.size),
    exam(player, dataset) {
      const { split, name } = heldOut(dataset)
      const examples = transformed(split, realImages(dataset).field)
      return accuracyExam({
        of: "what was done to images",
        classes: Object.keys(transformations).length,
        examples,
        image: "image",
        label: "transformation",
        logits: (images) => player.apply(images, "evaluate").transformationLogits!,
        atLeast: options.atLeast,
        held: { images: exemplarCount(split), split: name },
      })
    },
  }),
}

/**
 * Features of a small network that was trained on real training images of the dataset to tell which of them a picture
 * was made from (an exemplar task: Dosovitskiy et al. 2014) and which of four ways it was transformed. The first makes
 * features of colour, light and contrast, the second of texture and place; neither needs labels, and no test image is
 * learnt from. With texture alone, blurred images with the right colours are held as bad as flat ones without. It is examined in
 * the second, on images that it has not seen. `README.md` beside it has what it makes of every dataset.
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
  const size = asked ?? Math.min(usualFeatures, most)
  if (size < 1 || size > most) {
    throw new Error(
      `Expected at most one feature per ${imagesPerFeature} test images (${most} for ${testImages}), but got ` +
        `${asked ?? "no room for one"}; use fewer features (size) or more test images.`,
    )
  }
  return size
}

function stage(options: DomainFeaturesOptions, dataset: OpenDataset): Stage {
  const { split, field } = realImages(dataset)
  const given = featureSize(options.size, dataset.splits.test.size)
  const channels = split.fields[field]!.shape[2]!
  const tasks = { exemplar: exemplarCount(split), transformation: Object.keys(transformations).length }
  const shape = { channels, width: options.width, size: Math.max(usualFeatures, given), given, tasks }
  return {
    name: "features",
    share: 1,
    batch: 16,
    data: async () => transformed(split, field),
    play({ seed }) {
      return {
        players: { features: convolutionalFeatures("features", shape, seed) },
        moves: [
          learn({
            name: "features",
            learns: ["features"],
            optimiser: decayingAdam(2e-3),
            objective({ batch, players }) {
              const logits = players.features!.apply({ image: batch.image! }, "train")
              const exemplar = softmaxCrossEntropy(logits.exemplarLogits!, batch.exemplar!)
              const transformation = softmaxCrossEntropy(logits.transformationLogits!, batch.transformation!)
              return { total: tf.add(exemplar, transformation), terms: { exemplar, transformation } }
            },
          }),
        ],
      }
    },
  }
}
