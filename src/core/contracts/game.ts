import type { RandomDistribution } from "@saddlepoint/engine/engine"
import type { Scalar, Tensor } from "@saddlepoint/engine/tf"
import type { HostBatch, Split, Streams } from "./dataset.ts"
import type { GivenNetwork } from "./givenNetwork.ts"
import type { AnyOptimiser } from "./optimiser.ts"
import type { Player, Values } from "./player.ts"
import type { Schedule } from "./schedule.ts"

/** Tensors of one batch by field name, e.g. `input`, `target`. */
export type Batch = Values

/** Players by name. */
export type Players = Readonly<Record<string, Player>>

/** What a move may see. Randomness and schedules are asked for here; nothing is ambient. */
export interface Scene {
  readonly batch: Batch
  readonly players: Players
  /** What earlier moves of this step made (`Objective.made`), as constants. */
  readonly made: Values
  /**
   * A random tensor: a pure function of (seed, stage, name, step). The same name gives the same tensor in all moves of a
   * step, and must have the same shape there.
   */
  draw(name: string, shape: readonly number[], how: RandomDistribution): Tensor
  /**
   * The present value of one of the game's schedules, a float32 scalar.
   * @param schedule what the name stands for, where the game does not list it; one of other values than a known name's is refused
   */
  schedule(name: string, schedule?: Schedule): Scalar
  /**
   * Whether the move has been taken a multiple of `n` times before, for what is computed lazily (R1 every 16 steps); of a move of
   * every step, whether the step is a multiple of `n`.
   */
  every(n: number): boolean
  /** A given network that a loss needs, opened; see `Loss.needs`. */
  given(network: GivenNetwork): Player
}

/** What a move wants to lower, and the parts of it that are worth seeing. */
export interface Objective {
  readonly total: Scalar
  /** Unweighted loss terms by name, e.g. `l1`, `adversarial`; reported at every step. */
  readonly terms: Readonly<Record<string, Scalar>>
  /** Tensors for later moves of the step, e.g. what a generator made before it learned. */
  readonly made?: Values
}

/** In which steps a move is taken: those whose rest by `every` is `from`; 0 where left out. */
export interface Cadence {
  readonly every: number
  readonly from?: number
}

/** The cadence of a generator that moves after every n-th move of its critic. */
export const nCritic = (n: number): Cadence => ({ every: n, from: n - 1 })

/** Players that learn with one optimiser; one state, one norm to clip. */
export interface Group {
  /** Names of the players that learn. */
  readonly learns: readonly string[]
  readonly optimiser: AnyOptimiser
  /** Multiplies the optimiser's learning rate; constant 1 where left out. */
  readonly rate?: Schedule
}

/** A move in which some players learn, while everybody else stands still. */
export interface Learn {
  readonly kind: "learn"
  /** Name in journals and learning curves, e.g. `discriminator`. */
  readonly name: string
  readonly when?: Cadence
  /** All learn from one objective, each group with its own optimiser and rate. */
  readonly groups: readonly Group[]
  objective(scene: Scene): Objective
  /**
   * A scalar of dtype bool: where it is false, variables and optimisers stay as they are, and optimisers do not count the move. It
   * sees what the objective made.
   */
  readonly gate?: (scene: Scene) => Tensor
}

/** A move that changes state without a gradient: moving averages, image pools, statistics, clipping. Part of the compiled step. */
export interface Keep {
  readonly kind: "keep"
  readonly name: string
  readonly when?: Cadence
  /** Numbers that the host draws for it, as fields of the batch, `<move>.<field>`. A pure function of the step. */
  feeds?(step: number): HostBatch
  /** Assigns to variables of players' state. */
  apply(scene: Scene): void
}

/** Like `Keep`, but on the host after the compiled step, for what is seldom done: snapshots. */
export interface HostKeep {
  readonly kind: "hostKeep"
  readonly name: string
  /** @returns whether it wants to be called after this step */
  due(step: number): boolean
  apply(step: number): Promise<void>
}

/** One move of a step. */
export type Move = Learn | Keep | HostKeep

/** A move in which one group learns. */
export function learn({ learns, optimiser, rate, ...move }: Omit<Learn, "kind" | "groups"> & Group): Learn {
  return { kind: "learn", ...move, groups: [{ learns, optimiser, ...(rate === undefined ? {} : { rate }) }] }
}

/** Who plays, and the moves of a step in their order. */
export interface Game {
  readonly players: Players
  readonly moves: readonly Move[]
  /** Schedules by the names under which moves ask for them. */
  readonly schedules?: Readonly<Record<string, Schedule>>
  /**
   * Whether all gradients of a step are taken, and all gates asked, before anybody moves or keeps anything; where left out, moves
   * alternate: each is answered to the players as earlier moves left them.
   */
  readonly simultaneous?: boolean
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
   * Whose moves the budget counts, where it is not every step: WGAN's budget is in moves of the generator, which come once in
   * `every` steps.
   */
  readonly counts?: { readonly move: string; readonly every: number }
  /**
   * Where this stage's examples come from: a split of the dataset, or one derived from carried players; or several splits
   * side by side.
   */
  data(carried: Players): Promise<Split | Streams>
  /**
   * Sets up the players and the moves. Players that it makes and does not take from `carried` replace carried ones of
   * the same name; carried players that it does not name stay.
   */
  play(world: StageWorld): Game
}
