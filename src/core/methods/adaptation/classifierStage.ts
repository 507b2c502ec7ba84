import type { Domains } from "../../contracts/dataset.ts"
import type { Stage, Turn } from "../../contracts/game.ts"
import type { Optimiser } from "../../contracts/optimiser.ts"
import { type ClassificationParts, classified, classifierPlayers, taskLoss } from "./classification.ts"
import { type Annealing, rates } from "./strategy.ts"

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
      turns: [classifierTurn(optimiser, annealing)],
    }),
  }
}

/** The turn in which players `features` and `classes` learn the source's labels. */
export function classifierTurn(optimiser: Optimiser, annealing: Annealing = "constant"): Turn {
  return {
    name: "classifier",
    learns: ["features", "classes"],
    optimiser,
    rate: rates[annealing],
    objective(batch, players) {
      const task = taskLoss(batch, classified(batch, "source", players).logits)
      return { total: task, terms: { task } }
    },
  }
}

/** The labelled source alone, as the data of a stage. */
export function sourceAlone({ source }: Domains): Stage["data"] {
  return async () => ({ streams: { source: source.train } })
}
