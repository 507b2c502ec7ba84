import * as tf from "@saddlepoint/engine/tf"
import { expectAtMost, expectClose, type Tolerance } from "../closeness.ts"
import type { Law } from "../law.ts"
import { divergences, divergencesOf } from "./divergences.ts"
import { gameFacts } from "./gameFacts.ts"
import { openGame, setVariables } from "./openGame.ts"
import type { Strategy } from "./strategy.ts"
import { overStrategies, strategyCases } from "./strategyCase.ts"

/** Images of each domain in a batch: the estimator of `mmd` is off by a share of it. */
const rows = 24
const tolerance: Tolerance = { absolute: 1e-5, relative: 1e-5 }

export const identicalDomains: Law<Strategy> = {
  name: "identicalDomains",
  statement:
    "Where source and target are the same images, the loss between the domains is 0 (`mmd`: as near as its estimator comes), and no domain network is better than chance, ln 2.",
  applies: async (strategy, options) => (await gameFacts(strategy, options)).divergence,
  property: (strategy, options) =>
    overStrategies(strategyCases(), async (data) => {
      const game = (await openGame(strategy, data, options, { batch: rows }))!
      try {
        const equal = { ...game.batch, "target.image": game.batch["source.image"]! }
        for (const { turn, term, value } of await divergencesOf(game, equal)) {
          const [least, most] = divergences[term]!.ofEqual(game.batch["source.image"]!.shape[0]!)
          const what = `${turn}/${term} of equal batches`
          expectAtMost(what, [value], [most], tolerance)
          expectAtMost(`the negative of ${what}`, [-value], [-least], tolerance)
        }
        if (game.players.domain === undefined) return
        setVariables(game.players, "domain", (variable) => tf.zerosLike(variable))
        for (const { turn, term, value } of await divergencesOf(game, game.batch)) {
          const { blank } = divergences[term]!
          if (blank === undefined) continue
          expectClose(`${turn}/${term} of a domain network without weights`, [value], [blank], tolerance)
        }
      } finally {
        game.dispose()
      }
    }),
}
