import type { Player } from "../contracts/player.ts"

/** The same player, all of whose variables are state: no move trains it. */
export function untrained(player: Player): Player {
  return {
    variables: {},
    state: { ...player.variables, ...player.state },
    apply: (inputs, mode) => player.apply(inputs, mode),
    dispose: () => player.dispose(),
  }
}
