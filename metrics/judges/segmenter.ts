import { type OpenDataset, realImages } from "@saddlepoint/core/contracts/dataset"
import { learn, type Stage } from "@saddlepoint/core/contracts/game"
import type { TrainedJudge } from "@saddlepoint/core/contracts/judge"
import { type Options, type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import { softmaxCrossEntropy } from "@saddlepoint/core/losses/softmaxCrossEntropy"
import { makeAdam } from "@saddlepoint/core/optimisers/adam"
import { accuracyExam } from "./accuracyExam.ts"
import { heldOut } from "./heldOut.ts"
import { type JudgeOptions, judgeOptions } from "./judgeOptions.ts"
import { segmentationNetwork } from "./segmentationNetwork.ts"

export type SegmenterOptions = JudgeOptions

export const segmenterPlugin: Plugin<"judge", TrainedJudge> = {
  kind: "judge",
  name: "segmenter",
  version: 1,
  options: {
    ...judgeOptions(300),
  },
  build: (options: SegmenterOptions): TrainedJudge => ({
    seed: options.seed,
    steps: options.steps,
    player: "segmenter",
    task: "the class of every pixel, by cross-entropy, on real training images",
    stages: (dataset) => [stage(options, dataset)],
    exam(player, dataset) {
      const { split, name } = heldOut(dataset)
      return accuracyExam({
        of: "the classes of pixels",
        classes: dataset.classes!.length,
        examples: split,
        image: realImages(dataset).field,
        label: "labels",
        logits: (images) => player.apply(images, "evaluate").classLogits!,
        atLeast: options.atLeast,
        held: { images: split.size, split: name },
      })
    },
  }),
}

/**
 * A small segmenter trained on the real training images and their label maps, the same for all arms. It stands for the
 * FCN-8s of pix2pix (Isola et al. 2017, section 4.1), which knows street scenes only.
 */
export function segmenter(options: Partial<Options<SegmenterOptions>> = {}): Use<"judge"> {
  return use(segmenterPlugin, options)
}

function stage(options: SegmenterOptions, dataset: OpenDataset): Stage {
  const { split, field } = realImages(dataset)
  const { classes } = dataset
  if (classes === undefined || split.fields.labels === undefined) {
    throw new Error(
      "Expected a dataset with label maps to train the judge segmenter, but it has none; leave labelConsistency out, or use a dataset with labels.",
    )
  }
  const channels = split.fields[field]!.shape[2]!
  const shape = { channels, classes: classes.length, width: options.width }
  return {
    name: "segmenter",
    share: 1,
    batch: 8,
    data: async () => split,
    play({ seed }) {
      const player = segmentationNetwork("segmenter", shape, seed)
      return {
        players: { segmenter: player },
        moves: [
          learn({
            name: "segmenter",
            learns: ["segmenter"],
            optimiser: makeAdam({ rate: 3e-3, beta1: 0.9 }),
            objective({ batch, players }) {
              const { classLogits } = players.segmenter!.apply({ image: batch[field]! }, "train")
              const crossEntropy = softmaxCrossEntropy(classLogits!, batch.labels!)
              return { total: crossEntropy, terms: { crossEntropy } }
            },
          }),
        ],
      }
    },
  }
}
