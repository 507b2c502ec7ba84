import type { Domains } from "../../dataset.ts"
import type { Stage } from "../../game.ts"
import { type ClassificationParts, classified, classifierPlayers, taskLoss } from "./classification.ts"
import { rates } from "./strategy.ts"

/** A stage in which a fresh classifier learns the labels of one stream, `source`. */
export function classifierStage(
  {
    network,
    optimiser,
    batch,
    annealing,
  }: Pick<ClassificationParts, "network" | "optimiser" | "batch" | "annealing">,
  domains: Domains,
  stage: Pick<Stage, "name" | "share" | "data">,
): Stage {
  return {
    ...stage,
    batch,
    play: ({ seed }) => ({
      players: classifierPlayers(network, domains, seed),
      turns: [
        {
          name: "classifier",
          learns: ["features", "classes"],
          optimiser,
          rate: rates[annealing],
          objective(seen, players) {
            const task = taskLoss(seen, classified(seen, "source", players).logits)
            return { total: task, terms: { task } }
          },
        },
      ],
    }),
  }
}

/** The labelled source alone, as the data of a stage. */
export function sourceAlone({ source }: Domains): Stage["data"] {
  return async () => ({ streams: { source: source.train } })
}
