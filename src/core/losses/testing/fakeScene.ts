import * as tf from "@saddlepoint/engine/tf"
import type { Scene } from "../../contracts/game.ts"
import type { GivenNetwork } from "../../contracts/givenNetwork.ts"
import type { Player } from "../../contracts/player.ts"
import type { Schedule } from "../../contracts/schedule.ts"

/** A scene of one step without an engine, which writes down what it was asked for. */
export interface FakeScene extends Scene {
  /** Names of draws. */
  readonly drawn: readonly string[]
  /** Names of schedules, with what stands behind them. */
  readonly scheduled: ReadonlyMap<string, Schedule | undefined>
}

/** @param progress of the stage, for schedules; draws are filled with 1/4 */
export function fakeScene({
  step = 0,
  progress = 0,
  networks = new Map(),
}: {
  readonly step?: number
  readonly progress?: number
  readonly networks?: ReadonlyMap<GivenNetwork, Player>
} = {}): FakeScene {
  const drawn: string[] = []
  const scheduled = new Map<string, Schedule | undefined>()
  return {
    batch: {},
    players: {},
    made: {},
    drawn,
    scheduled,
    draw(name, shape) {
      drawn.push(name)
      return tf.fill([...shape], 0.25)
    },
    schedule(name, schedule) {
      scheduled.set(name, schedule)
      return tf.scalar(schedule?.(step, progress) ?? Number.NaN)
    },
    every: (n) => step % n === 0,
    given: (network) => networks.get(network)!,
  }
}
