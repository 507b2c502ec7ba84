import * as tf from "@saddlepoint/engine/tf"
import type { Players, Turn } from "../../contracts/game.ts"
import type { OpenGame } from "./openGame.ts"

/** The turn in which features and the domain network learn together through a reversal, if any. */
export function reversingTurn({ turns, batch, players }: OpenGame): Turn | undefined {
  const known = ["features", "classes", "domain"].every((name) => players[name] !== undefined)
  if (!known || batch.lambda === undefined) return undefined
  return turns.find(({ learns }) => learns.includes("features") && learns.includes("domain"))
}

/** Of what a gradient is taken. */
export interface GradientOf {
  readonly turn: Turn
  /** The game's own where left out. */
  readonly players?: Players
  readonly lambda: number
  /** The whole objective where left out, or the term of the source's labels alone. */
  readonly of?: "total" | "task"
}

/** The gradient of a turn's objective in each of the variables; zeros where none reaches it. */
export async function gradientsIn(
  variables: readonly tf.Variable[],
  game: OpenGame,
  { turn, players = game.players, lambda, of = "total" }: GradientOf,
): Promise<Float32Array[]> {
  const values = await game.play(
    (batch) => {
      const { grads } = tf.variableGrads(() => {
        const { total, terms } = turn.objective(batch, players)
        return of === "total" ? total : terms.task!
      }, [...variables])
      return Object.fromEntries(
        variables.map((variable, at) => [`${at}`, grads[variable.name] ?? tf.zerosLike(variable)]),
      )
    },
    { ...game.batch, lambda: { values: Float32Array.of(lambda), shape: [] } },
  )
  return variables.map((_, at) => values[`${at}`]!)
}

/** The variables of a player, in their order. */
export function variablesOf({ players }: OpenGame, player: string): tf.Variable[] {
  return Object.values(players[player]!.variables)
}
