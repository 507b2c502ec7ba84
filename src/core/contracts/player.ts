import type { Tensor, Variable } from "@saddlepoint/engine/tf"
import type { Field, Fields } from "./field.ts"
import { type GivenShapes, givenBy, type OutputName, type Part, refusalsOfGiven } from "./part.ts"

export type { OutputName, Part } from "./part.ts"

/** How a player is applied: `train` while a move learns, `evaluate` for judging. */
export type Mode = "train" | "evaluate"

/** Tensors by the name of what they are: what a player takes and gives, each `[batch, ...field.shape]`. */
export type Values = Readonly<Record<string, Tensor>>

/**
 * Whoever holds variables and takes part in a game: a network, the pixels of an image, a moving average of another
 * player. Shapes may differ from stage to stage: a stage builds its own players from the carried ones.
 */
export interface Player {
  /** Variables that moves may train, by name within the player, e.g. `down1/kernel`; the order is part of the identity. */
  readonly variables: Readonly<Record<string, Variable>>
  /** Variables that are carried and saved but never trained: moving statistics, spectral-norm vectors. */
  readonly state: Readonly<Record<string, Variable>>
  /** Applies the player to named inputs and gives named outputs. A player without inputs (pixels) ignores them. */
  apply(inputs: Values, mode: Mode): Values
  /**
   * Applies the player as if its variables were these tensors of their names and shapes, through which gradients go, also of gradients. Of
   * players of models that say `unrolls` alone.
   */
  applyWith?(variables: Values, inputs: Values, mode: Mode): Values
  dispose(): void
}

/** The fields that a player is to take and to give; outputs only where the model cannot know them (how many classes). */
export interface PlayerFields {
  readonly inputs: Fields
  readonly outputs?: Readonly<Partial<Record<OutputName, Field>>>
}

/** What a model plug-in builds: a recipe for players. */
export interface Model {
  readonly part: Part
  /** Inputs by name that its players take: `image`, `point`, `condition`, `latent`, `label`, `text`, `features`; which of them it can do without. */
  readonly takes: Readonly<Record<string, "always" | "optionally">>
  /** Outputs that its players give, or can give where their fields ask for one of several. */
  readonly gives: readonly OutputName[]
  /** Whether its players have `applyWith`, so that a game may look ahead at what they learn; no where left out. */
  readonly unrolls?: boolean
  /**
   * Makes a player with fresh variables.
   * @param name of the player; initial values come from the streams `seed/init/<name>/<variable>`
   */
  player(name: string, fields: PlayerFields, seed: number): Player
  /** Sentences about why the model cannot take these fields; none when it can. */
  refuses?(fields: PlayerFields): readonly string[]
  /**
   * Shapes of what its players give, for fields that it does not refuse: so a plan can tell that it does not fit. Where left out, a player is
   * made and applied once before a trial begins.
   */
  shapes?(fields: PlayerFields): GivenShapes
}

/** What the compiler knows of a model. */
export interface ModelFacts {
  readonly part: Part
  /** Discriminators only: whether it sees the condition beside the image. */
  readonly conditional?: boolean
}

/**
 * Why a model cannot play with these fields: another part, inputs that it does not take or lacks, its own reasons, then what it gives, which
 * must have the shapes of the fields' outputs.
 * @param part that it is to play, which JSON and YAML do not hold; its own where left out
 */
export function refusalsOfModel(
  model: Model,
  fields: PlayerFields,
  part: Part = model.part,
): readonly string[] {
  if (model.part !== part) return [`Expected a ${part}, but got a ${model.part}; choose another model.`]
  const given = Object.keys(fields.inputs)
  const lacking = Object.keys(model.takes).filter(
    (name) => model.takes[name] === "always" && !given.includes(name),
  )
  const strange = given.filter((name) => model.takes[name] === undefined)
  if (lacking.length === 0 && strange.length === 0) {
    const reasons = model.refuses?.(fields) ?? []
    return reasons.length > 0 ? reasons : refusalsOfOutputs(model, fields)
  }
  const wanted = Object.entries(model.takes).map(([name, how]) =>
    how === "always" ? name : `${name} (optional)`,
  )
  return [
    `Expected a ${model.part} for the inputs ${given.join(", ")}, but got one that takes ${wanted.join(", ")}; choose another model.`,
  ]
}

/** Finds out what a model gives for some fields by making a player and applying it; or why it cannot be played, in a sentence. */
export type Rehearse = (model: Model, fields: PlayerFields) => GivenShapes | string

let rehearsal: Rehearse | undefined

/** Calls what asks models for their refusals, where an engine is open: those that do not say what they give are tried by `rehearse`. */
export function rehearsing<T>(rehearse: Rehearse, call: () => T): T {
  const before = rehearsal
  rehearsal = rehearse
  try {
    return call()
  } finally {
    rehearsal = before
  }
}

function refusalsOfOutputs(model: Model, fields: PlayerFields): readonly string[] {
  const { part, gives } = model
  if (!gives.includes(givenBy(part, fields.outputs)))
    return refusalsOfGiven(part, Object.fromEntries(gives.map((other) => [other, []])), fields.outputs)
  const given = model.shapes?.(fields) ?? rehearsal?.(model, fields)
  if (given === undefined) return []
  return typeof given === "string" ? [given] : refusalsOfGiven(part, given, fields.outputs)
}
