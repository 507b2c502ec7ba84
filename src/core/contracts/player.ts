import type { Tensor, Variable } from "@saddlepoint/engine/tf"

/** How a player is applied: `train` while a turn learns, `evaluate` for judging. */
export type Mode = "train" | "evaluate"

/**
 * Whoever holds variables and takes part in a game: a network, the pixels of an image, a moving average of another
 * player. Shapes may differ from stage to stage: a stage builds its own players from the carried ones.
 */
export interface Player {
  /** Variables that turns may train, by name within the player, e.g. `down1/kernel`; the order is part of the identity. */
  readonly variables: Readonly<Record<string, Variable>>
  /** Variables that are carried and saved but never trained: moving statistics, spectral-norm vectors. */
  readonly state: Readonly<Record<string, Variable>>
  /** Applies the player to its inputs. A player without inputs (pixels) ignores them. */
  apply(inputs: readonly Tensor[], mode: Mode): Tensor
  dispose(): void
}

/** What a model plug-in builds: a recipe for players. */
export interface Model {
  /** `generator`, `discriminator`, ...: the part that it can play. */
  readonly part: string
  /**
   * Makes a player with fresh variables.
   * @param name of the player; initial values come from the streams `seed/init/<name>/<variable>`
   * @param inputs shapes of one example of each input, without the batch axis
   */
  player(name: string, inputs: readonly (readonly number[])[], seed: number): Player
  /** Sentences about why the model cannot take these input shapes; none when it can. */
  refuses?(inputs: readonly (readonly number[])[]): readonly string[]
}

/** What the compiler knows of a model. */
export interface ModelFacts {
  readonly part: "generator" | "discriminator" | "classifier"
  /** Discriminators only: whether it sees the condition beside the image. */
  readonly conditional?: boolean
}
