import type { Scalar, Tensor } from "@saddlepoint/engine/tf"
import type { Split, Streams } from "./dataset.ts"
import type { HostBatch } from "../play/loader.ts"
import type { Optimiser } from "./optimiser.ts"
import type { Player } from "./player.ts"
import type { Schedule } from "./schedule.ts"

/** Tensors of one batch by field name, e.g. `input`, `target`. */
export type Batch = Readonly<Record<string, Tensor>>

/** Players by name. */
export type Players = Readonly<Record<string, Player>>

/** What a turn wants to lower, and the parts of it that are worth seeing. */
export interface Objective {
  readonly total: Scalar
  /** Unweighted loss terms by name, e.g. `l1`, `adversarial`; reported at every step. */
  readonly terms: Readonly<Record<string, Scalar>>
}

/** One move of a step: some players learn, everybody else stands still. */
export interface Turn {
  /** Name in journals and learning curves, e.g. `discriminator`. */
  readonly name: string
  /** Names of the players that learn in this turn. */
  readonly learns: readonly string[]
  readonly optimiser: Optimiser
  /** Multiplies the optimiser's learning rate; constant 1 where left out. */
  readonly rate?: Schedule
  /** The turn is taken in steps that are multiples of this; 1 where left out (critics train more often: give the others `every: 5`). */
  readonly every?: number
  objective(batch: Batch, players: Players): Objective
}

/** Who plays, and in which order the turns of a step come. */
export interface Game {
  readonly players: Players
  readonly turns: readonly Turn[]
  /**
   * Numbers that the host draws for a step, as fields beside the batch's, e.g. which places of an image pool are
   * read and filled. A pure function of the step, so that a resumed trial draws the same.
   */
  drawn?(step: number): HostBatch
  /** Called after every step of the stage, e.g. to keep a copy of players in the state of another player. */
  after?(step: number): Promise<void>
}

/** What a stage may need to set itself up. */
export interface StageWorld {
  /** Seed of the trial. */
  readonly seed: number
  /** Players that earlier stages left, by name. */
  readonly carried: Players
  /** Steps of this stage. */
  readonly steps: number
}

/**
 * A phase of a method with its own data, budget and players: CyCADA's source classifier, pixel game and feature game;
 * one resolution of progressive growing. What was learned flows on by name.
 */
export interface Stage {
  readonly name: string
  /** Share of the trial's steps, relative to the other stages. */
  readonly share: number
  readonly batch: number
  /**
   * Where this stage's examples come from: a split of the dataset, or one derived from carried players; or several splits
   * side by side.
   */
  data(carried: Players): Promise<Split | Streams>
  /**
   * Sets up the players and the turns. Players that it makes and does not take from `carried` replace carried ones of
   * the same name; carried players that it does not name stay.
   */
  play(world: StageWorld): Game
}
