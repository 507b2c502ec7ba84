import * as tf from "@saddlepoint/engine/tf"
import type { Learn, Players } from "../../contracts/game.ts"
import type { OpenGame } from "./openGame.ts"

/** The move in which features and the domain network learn together through a reversal, if any. */
export function reversingMove({ moves, schedules, players }: OpenGame): Learn | undefined {
  const known = ["features", "classes", "domain"].every((name) => players[name] !== undefined)
  if (!known || !schedules.includes("lambda")) return undefined
  return moves.find(({ groups }) => {
    const learners = groups.flatMap(({ learns }) => learns)
    return learners.includes("features") && learners.includes("domain")
  })
}

/** Of what a gradient is taken. */
export interface GradientOf {
  readonly move: Learn
  /** The game's own where left out. */
  readonly players?: Players
  readonly lambda: number
  /** The whole objective where left out, or the term of the source's labels alone. */
  readonly of?: "total" | "task"
}

/** The gradient of a move's objective in each of the variables; zeros where none reaches it. */
export async function gradientsIn(
  variables: readonly tf.Variable[],
  game: OpenGame,
  { move, players = game.players, lambda, of = "total" }: GradientOf,
): Promise<Float32Array[]> {
  const values = await game.play(
    (scene) => {
      const { grads } = tf.variableGrads(() => {
        const { total, terms } = move.objective(scene)
        return of === "total" ? total : terms.task!
      }, [...variables])
      return Object.fromEntries(
        variables.map((variable, at) => [`${at}`, grads[variable.name] ?? tf.zerosLike(variable)]),
      )
    },
    { players, schedules: { lambda } },
  )
  return variables.map((_, at) => values[`${at}`]!)
}

/** The variables of a player, in their order. */
export function variablesOf({ players }: OpenGame, player: string): tf.Variable[] {
  return Object.values(players[player]!.variables)
}
