import type { Dataset, Domains } from "../../contracts/dataset.ts"
import { learn, type Stage } from "../../contracts/game.ts"
import type { ClassesMethod } from "../../contracts/method.ts"
import { objectiveOf } from "../../losses/compose.ts"
import {
  adaptationStage,
  bothClassified,
  bothDomains,
  type ClassificationParts,
  classifierPlayers,
  classifying,
  selecting,
  taskTerms,
} from "./classification.ts"
import { rates } from "./strategy.ts"

export interface MatchingParts extends ClassificationParts {
  readonly data: Dataset
  /** Factor of the losses between the domains. */
  readonly weight: number
}

/** A strategy that lowers distances between the batches' source and target features beside the task's loss. */
export function matching(parts: MatchingParts): ClassesMethod {
  const { network, optimiser, annealing, weight, batch, losses, together } = parts
  const stage = (domains: Domains): Stage => ({
    name: adaptationStage,
    share: 1,
    batch,
    data: bothDomains(domains),
    play: ({ seed }) => ({
      players: classifierPlayers(network, domains, seed),
      moves: [
        learn({
          name: "classifier",
          learns: ["features", "classes"],
          optimiser,
          rate: rates[annealing],
          objective(scene) {
            const { source, target } = bothClassified(scene, together)
            const shown = { domains: { source: source.features, target: target.features } }
            return objectiveOf(taskTerms(losses, scene, source.logits, shown, weight))
          },
        }),
      ],
    }),
  })
  return {
    data: parts.data,
    ...classifying(parts, ["domains"]),
    stages: (domains) => selecting(parts, domains, [stage(domains)]),
  }
}
