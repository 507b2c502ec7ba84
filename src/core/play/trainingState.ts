import type { Weights } from "./weights.ts"

/**
 * Everything that decides what comes after a step, as host values: with it, training goes on to the same bits as if it
 * had never stopped. Randomness, schedules and the order of the data are functions of (key, step) and need no state.
 */
export interface TrainingState {
  /** Index of the stage that is being played. */
  readonly stage: number
  /** Steps that this stage has done, and steps over all stages. */
  readonly step: number
  readonly played: number
  /** All players that are alive, by `player/variable`: variables and state (moving statistics, image pools). */
  readonly players: Weights
  /** State of this stage's optimisers, by `move/player/variable/slot`. */
  readonly optimisers: Weights
  /** The players as this stage found them: it may build players or derive data from them. Empty in the first stage. */
  readonly entry: Weights
}

const parts = ["players", "optimisers", "entry"] as const

/** The tensors of a state under one roof: `players/...`, `optimisers/...`, `entry/...`. */
export function joinState(state: TrainingState): Weights {
  return Object.fromEntries(
    parts.flatMap((part) => Object.entries(state[part]).map(([name, value]) => [`${part}/${name}`, value])),
  )
}

/** The inverse of `joinState`. */
export function splitState(
  position: Pick<TrainingState, "stage" | "step" | "played">,
  joined: Weights,
): TrainingState {
  const { stage, step, played } = position
  const [players, optimisers, entry] = parts.map((part) =>
    Object.fromEntries(
      Object.entries(joined)
        .filter(([name]) => name.startsWith(`${part}/`))
        .map(([name, value]) => [name.slice(part.length + 1), value]),
    ),
  )
  return { stage, step, played, players: players!, optimisers: optimisers!, entry: entry! }
}
