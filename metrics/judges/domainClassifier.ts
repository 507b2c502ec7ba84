import { type OpenDataset, realImages } from "@saddlepoint/core/contracts/dataset"
import { learn, type Stage } from "@saddlepoint/core/contracts/game"
import type { TrainedJudge } from "@saddlepoint/core/contracts/judge"
import { type Options, type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import { softmaxCrossEntropy } from "@saddlepoint/core/losses/softmaxCrossEntropy"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { classExam } from "./classExam.ts"
import { convolutionalFeatures } from "./convolutionalFeatures.ts"
import { decayingAdam } from "./decayingAdam.ts"
import { between, type JudgeOptions, judgeOptions } from "./judgeOptions.ts"

export interface DomainClassifierOptions extends JudgeOptions {
  /** Number of features before the last layer. */
  readonly size: number
}

export const domainClassifierPlugin: Plugin<"judge", TrainedJudge> = {
  kind: "judge",
  name: "domainClassifier",
  version: 2,
  options: {
    size: between(1, 2048).pipe(Schema.withDecodingDefaultKey(Effect.succeed(32))),
    ...judgeOptions(400),
  },
  build: (options: DomainClassifierOptions): TrainedJudge => ({
    seed: options.seed,
    steps: options.steps,
    player: "classifier",
    task: "the class of an image, by cross-entropy, on real training images",
    stages: (dataset) => [stage(options, dataset)],
    exam: (player, dataset) => classExam("the classes of images", options.atLeast, player, dataset),
  }),
}

/**
 * A small classifier trained on the real training images and their classes, the same for all arms. It stands for the
 * Inception network where that knows nothing of the domain: its logits make an inception score in [1, classes], its features
 * a Frechet distance. Needs a dataset with a class for each image.
 */
export function domainClassifier(options: Partial<Options<DomainClassifierOptions>> = {}): Use<"judge"> {
  return use(domainClassifierPlugin, options)
}

function stage(options: DomainClassifierOptions, dataset: OpenDataset): Stage {
  const { split, field } = realImages(dataset)
  if (dataset.classes === undefined || split.fields.label === undefined) {
    throw new Error(
      "Expected a dataset with a class for each image to train the judge domainClassifier, but it has none; " +
        "use a labelled dataset, or a metric that needs no classes.",
    )
  }
  const shape = {
    channels: split.fields[field]!.shape[2]!,
    width: options.width,
    size: options.size,
    tasks: { class: dataset.classes.length },
  }
  return {
    name: "classifier",
    share: 1,
    batch: 32,
    data: async () => split,
    play({ seed }) {
      return {
        players: { classifier: convolutionalFeatures("classifier", shape, seed) },
        moves: [
          learn({
            name: "classifier",
            learns: ["classifier"],
            optimiser: decayingAdam(3e-3),
            objective({ batch, players }) {
              const { classLogits } = players.classifier!.apply({ image: batch[field]! }, "train")
              const crossEntropy = softmaxCrossEntropy(classLogits!, batch.label!)
              return { total: crossEntropy, terms: { crossEntropy } }
            },
          }),
        ],
      }
    },
  }
}
