import * as tf from "@saddlepoint/engine/tf"
import { expectAtLeast, expectAtMost, expectClose, type Tolerance } from "../closeness.ts"
import type { Law } from "../law.ts"
import { divergencesIn, divergencesOf } from "./divergences.ts"
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
    "Where source and target are the same images, the loss between the domains is 0 or within the bounds that it declares, and no domain network is better than chance.",
  applies: async (strategy, options) => (await gameFacts(strategy, options)).divergence,
  property: (strategy, options) =>
    overStrategies(strategyCases(), async (data) => {
      const game = (await openGame(strategy, data, options, { batch: rows }))!
      try {
        const known = await divergencesOf(strategy, game)
        const equal = { ...game.batch, "target.image": game.batch["source.image"]! }
        for (const { move, term, value } of await divergencesIn(game, known, equal)) {
          const [least, most] = known[term]!.ofEqual(game.batch["source.image"]!.shape[0]!)
          const what = `${move}/${term} of equal batches`
          expectAtMost(what, [value], [most], tolerance)
          expectAtLeast(what, [value], least, tolerance)
        }
        if (game.players.domain === undefined) return
        setVariables(game.players, "domain", (variable) => tf.zerosLike(variable))
        for (const { move, term, value } of await divergencesIn(game, known)) {
          const { blank } = known[term]!
          if (blank === undefined) continue
          expectClose(`${move}/${term} of a domain network without weights`, [value], [blank], tolerance)
        }
      } finally {
        game.dispose()
      }
    }),
}
