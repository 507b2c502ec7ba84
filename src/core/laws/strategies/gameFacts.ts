import type { LawOptions } from "../law.ts"
import { type DivergenceFacts, divergenceFacts } from "./divergences.ts"
import { openGame } from "./openGame.ts"
import { reversingMove } from "./reversingMove.ts"
import type { Strategy } from "./strategy.ts"
import { anyCase } from "./strategyCase.ts"

/** Which laws of the game between the domains apply to a strategy: `true`, or one sentence why not. */
export interface GameFacts extends DivergenceFacts {
  readonly reversal: true | string
}

const known = new WeakMap<Strategy, Promise<GameFacts>>()

/** Looks at the game of a strategy, once. */
export function gameFacts(strategy: Strategy, options: LawOptions): Promise<GameFacts> {
  const facts = known.get(strategy) ?? look(strategy, options)
  known.set(strategy, facts)
  return facts
}

async function look(strategy: Strategy, options: LawOptions): Promise<GameFacts> {
  const game = await openGame(strategy, anyCase, options)
  if (game === undefined) {
    const none = "no stage of it reads streams `source` and `target` side by side"
    return { divergence: none, symmetry: none, reversal: none }
  }
  try {
    return {
      ...(await divergenceFacts(strategy, game)),
      reversal:
        reversingMove(game) !== undefined ||
        "no move of it trains players `features` and `domain` together in a game with a schedule `lambda`",
    }
  } finally {
    game.dispose()
  }
}
