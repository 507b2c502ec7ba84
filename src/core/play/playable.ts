import type { Cadence, Game } from "../contracts/game.ts"

/**
 * Refuses a game that would silently be another one: moves go by their names in compiled steps, optimisers' states and journals, and
 * a cadence that never comes would leave a player untaught.
 * @throws one sentence about the first thing that is wrong
 */
export function requirePlayable(stage: string, { moves, players }: Game): void {
  const refuse = (wanted: string, got: string, what: string): never => {
    throw new Error(`Expected ${wanted} in the stage ${stage}, but got ${got}; ${what}.`)
  }
  const names = moves.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) refuse("moves of different names", `two of the name ${twice}`, "rename one")
  for (const move of moves) {
    if (move.kind === "hostKeep") continue
    const { name, when } = move
    if (when !== undefined && !comes(when)) {
      const { every, from = 0 } = when
      const wanted = `a cadence of whole numbers with 0 <= from < every for the move ${name}`
      refuse(wanted, `every ${every} from ${from}`, "choose others")
    }
    if (move.kind !== "learn") continue
    const learning = move.groups.flatMap(({ learns }) => learns)
    const [known, nobody] = [Object.keys(players), learning.find((player) => !(player in players))]
    if (nobody !== undefined) {
      refuse(`players that learn in the move ${name}`, `"${nobody}"`, `there are: ${known.join(", ")}`)
    }
    const again = learning.find((player, index) => learning.indexOf(player) !== index)
    if (again !== undefined) {
      refuse(`each player once in the groups of the move ${name}`, `${again} twice`, "remove one")
    }
    if (learning.length === 0) {
      refuse(`somebody who learns in the move ${name}`, "nobody", "name a player, or make it a keep move")
    }
  }
}

function comes({ every, from = 0 }: Cadence): boolean {
  return Number.isInteger(every) && Number.isInteger(from) && from >= 0 && from < every
}
