import * as tf from "@saddlepoint/engine/tf"
import { expectClose, type Tolerance } from "../closeness.ts"
import type { Law } from "../law.ts"
import { type DivergenceValue, divergencesIn, divergencesOf } from "./divergences.ts"
import { gameFacts } from "./gameFacts.ts"
import { openGame, setVariables } from "./openGame.ts"
import type { Strategy } from "./strategy.ts"
import { overStrategies, strategyCases } from "./strategyCase.ts"

const tolerance: Tolerance = { absolute: 1e-5, relative: 1e-5 }

export const symmetry: Law<Strategy> = {
  name: "symmetry",
  statement:
    "Swapping the images of the domains keeps the loss between them; that of a domain network, where its scores change sign.",
  applies: async (strategy, options) => (await gameFacts(strategy, options)).symmetry,
  property: (strategy, options) =>
    overStrategies(strategyCases(), async (data) => {
      const game = (await openGame(strategy, data, options))!
      try {
        const known = await divergencesOf(strategy, game)
        const { "source.image": source, "target.image": target, ...others } = game.batch
        const turning = ({ term }: DivergenceValue) => known[term]!.turns !== false
        const before = (await divergencesIn(game, known)).filter(turning)
        if (game.players.domain !== undefined) {
          setVariables(game.players, "domain", (variable, name) =>
            name.startsWith("output/") ? tf.neg(variable) : undefined,
          )
        }
        const swapped = { ...others, "source.image": target!, "target.image": source! }
        const after = (await divergencesIn(game, known, swapped)).filter(turning)
        expectClose(
          `${after.map(({ move, term }) => `${move}/${term}`).join(", ")} of swapped domains`,
          after.map(({ value }) => value),
          before.map(({ value }) => value),
          tolerance,
        )
      } finally {
        game.dispose()
      }
    }),
}
