import type { Domains } from "../../contracts/dataset.ts"
import { type Learn, learn, type Stage } from "../../contracts/game.ts"
import { objectiveOf } from "../../losses/compose.ts"
import {
  type ClassificationParts,
  classified,
  classifierOf,
  classifierPlayers,
  taskTerms,
} from "./classification.ts"
import { rates } from "./strategy.ts"

/** Which weights a stage's classifier starts from: those that an earlier stage left, or first values. */
export type ClassifierStart = "carried" | "fresh"

/** A stage in which a classifier learns the labels of one stream, `source`; a fresh one where `start` is left out. */
export function classifierStage(
  parts: Pick<ClassificationParts, "network" | "optimiser" | "losses" | "batch" | "annealing">,
  domains: Domains,
  {
    start = "fresh",
    ...stage
  }: Pick<Stage, "name" | "share" | "data"> & { readonly start?: ClassifierStart },
): Stage {
  return {
    ...stage,
    batch: parts.batch,
    play: ({ seed, carried }) => ({
      players: start === "carried" ? classifierOf(carried) : classifierPlayers(parts.network, domains, seed),
      moves: [classifierMove(parts)],
    }),
  }
}

/** The move in which players `features` and `classes` learn the source's labels. */
export function classifierMove({
  optimiser,
  losses,
  annealing = "constant",
}: Pick<ClassificationParts, "optimiser" | "losses"> &
  Partial<Pick<ClassificationParts, "annealing">>): Learn {
  return learn({
    name: "classifier",
    learns: ["features", "classes"],
    optimiser,
    rate: rates[annealing],
    objective(scene) {
      const { total, terms } = objectiveOf(taskTerms(losses, scene, classified(scene, "source").logits))
      return { total, terms, made: { task: total } }
    },
  })
}

/** The labelled source alone, as the data of a stage. */
export function sourceAlone({ source }: Domains): Stage["data"] {
  return async () => ({ streams: { source: source.train } })
}
