import type { Dataset } from "../../dataset.ts"
import type { Game } from "../../game.ts"
import type { AdaptationMethod, MethodFacts } from "../../method.ts"
import { type Plugin, type Use, use } from "../../plugin.ts"
import {
  adaptationStage,
  type ClassificationParts,
  classified,
  classifierPlayers,
  classifying,
  taskLoss,
} from "./classification.ts"
import { withSnapshots } from "./snapshots.ts"
import { rates, type StrategySpec, strategyOptions, strategySlots } from "./strategy.ts"

type Parts = ClassificationParts & { readonly data: Dataset }

export const sourceOnlyPlugin: Plugin<"method", AdaptationMethod> = {
  kind: "method",
  name: "sourceOnly",
  version: 1,
  options: strategyOptions,
  slots: strategySlots,
  build: ({ data, network, optimiser, batch, annealing, selection }: Parts): AdaptationMethod => ({
    requires: "adaptation",
    data,
    ...classifying({ network, selection }),
    stages: (domains) => [
      {
        name: adaptationStage,
        share: 1,
        batch,
        data: async () => ({ streams: { source: domains.source.train } }),
        play({ seed, steps }) {
          const players = () => classifierPlayers(network, domains, seed)
          const game: Game = {
            players: players(),
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
          }
          return withSnapshots(selection, game, steps, players)
        },
      },
    ],
  }),
}

/**
 * The lower bound: a classifier trained on the labelled source alone. Around the target as its own source it is the upper
 * bound, target-only training.
 */
export function sourceOnly<const Labels extends boolean>(
  spec: StrategySpec<Labels>,
): Use<"method", MethodFacts<Labels>> {
  return use(sourceOnlyPlugin, { ...spec })
}
