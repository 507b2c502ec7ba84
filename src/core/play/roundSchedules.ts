import type { Game, Learn } from "../contracts/game.ts"
import type { Schedule } from "../contracts/schedule.ts"
import { type GroupLearner, groupName } from "./groupLearner.ts"
import type { UpdateCounts } from "./updateCounts.ts"

/** What a move's optimisers need of the host at a step: rates and scalars by `<group>/<name>`; and the game's own schedules. */
export class RoundSchedules {
  private readonly known = new Map<string, Schedule>()
  private readonly steps: number

  /** @param steps of the stage */
  constructor(
    game: Game,
    steps: number,
    learners: ReadonlyMap<Learn, readonly GroupLearner[]>,
    updates: UpdateCounts,
  ) {
    this.steps = steps
    for (const [name, schedule] of Object.entries(game.schedules ?? {})) this.known.set(name, schedule)
    for (const [move, groups] of learners) {
      for (const [index, group] of groups.entries()) {
        for (const scalar of group.scalars) {
          this.known.set(`${groupName(move, index)}/${scalar}`, (step) =>
            group.scalar(scalar, updates.of(move, step)),
          )
        }
        this.known.set(`${groupName(move, index)}/rate`, rateOf(move, index))
      }
    }
  }

  /** Notes what a name stands for. Throws one sentence where nobody said so, or it stands for another schedule. */
  know(name: string, schedule: Schedule | undefined): void {
    const known = this.known.get(name)
    if (known !== undefined) {
      if (schedule === undefined || this.alike(known, schedule)) return
      throw new Error(
        `Expected one schedule under the name "${name}" but got a second one with other values; give one of them another name.`,
      )
    }
    if (schedule === undefined) {
      const names = [...this.known.keys()].filter((known) => !known.includes("/"))
      throw new Error(
        `Expected a schedule of the game but got "${name}"; add it to the game's schedules (there are: ${names.join(", ") || "none"}).`,
      )
    }
    this.known.set(name, schedule)
  }

  /** By their values, because a move may write its schedule anew at every step. */
  private alike(known: Schedule, other: Schedule): boolean {
    if (known === other) return true
    const last = Math.max(0, this.steps - 1)
    return [0, Math.floor(last / 2), last].every((step) =>
      Object.is(known(step, step / this.steps), other(step, step / this.steps)),
    )
  }

  at(name: string, step: number): number {
    return this.known.get(name)!(step, step / this.steps)
  }

  /** The learning rate of a move's group at a step. */
  rate(move: Learn, index: number, step: number): number {
    return rateOf(move, index)(step, step / this.steps)
  }
}

function rateOf(move: Learn, index: number): Schedule {
  const { optimiser, rate } = move.groups[index]!
  return (step, progress) =>
    optimiser.rate * (rate?.(step, progress) ?? 1) * (optimiser.schedule?.(step, progress) ?? 1)
}
