import type * as tf from "@saddlepoint/engine/tf"
import type { Dataset, Domains } from "../../contracts/dataset.ts"
import type { Stage } from "../../contracts/game.ts"
import type { AdaptationMethod } from "../../contracts/method.ts"
import {
  adaptationStage,
  bothDomains,
  type ClassificationParts,
  classified,
  classifierPlayers,
  classifying,
  selecting,
  taskLoss,
  taskPlus,
} from "./classification.ts"
import { rates } from "./strategy.ts"

export interface MatchingParts extends ClassificationParts {
  readonly data: Dataset
  /** Of the loss between the domains. */
  readonly weight: number
}

/** A strategy that lowers a distance between the batches' source and target features beside the task's loss. */
export function matching(
  parts: MatchingParts,
  name: string,
  distance: (source: tf.Tensor2D, target: tf.Tensor2D) => tf.Scalar,
): AdaptationMethod {
  const { network, optimiser, annealing, weight, batch } = parts
  const stage = (domains: Domains): Stage => ({
    name: adaptationStage,
    share: 1,
    batch,
    data: bothDomains(domains),
    play: ({ seed }) => ({
      players: classifierPlayers(network, domains, seed),
      turns: [
        {
          name: "classifier",
          learns: ["features", "classes"],
          optimiser,
          rate: rates[annealing],
          objective(seen, players) {
            const source = classified(seen, "source", players)
            const target = classified(seen, "target", players)
            const apart = distance(source.features, target.features)
            return taskPlus(taskLoss(seen, source.logits), name, apart, weight)
          },
        },
      ],
    }),
  })
  return {
    requires: "adaptation",
    data: parts.data,
    ...classifying(parts),
    stages: (domains) => selecting(parts, domains, [stage(domains)]),
  }
}
