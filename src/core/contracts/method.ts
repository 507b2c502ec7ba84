import type { Tensor } from "@saddlepoint/engine/tf"
import type { DataContract, Dataset, Domains, OpenDataset } from "./dataset.ts"
import type { Batch, Players, Stage } from "./game.ts"
import type { Judged } from "./metric.ts"
import type { Mistake } from "./mistake.ts"
import type { Scorer } from "./scorer.ts"

/** What the compiler knows of a method: whether its data has labels, and what it answers with. */
export interface MethodFacts<Labels extends boolean = boolean, Answers extends Judged = Judged> {
  readonly labels: Labels
  readonly answers?: Answers
}

/** What a method plug-in builds. */
export type Method = ImageMethod | AdaptationMethod

/** A method that answers with images. */
export interface ImageMethod extends MethodParts<OpenDataset> {
  readonly requires: Exclude<DataContract, "adaptation">
}

/**
 * A method that learns to classify one domain from the labels of another. It sees `Domains`, in which the target has no
 * labels, and answers batches of images alone: nothing that it is given holds a target label.
 */
export interface AdaptationMethod extends MethodParts<Domains> {
  readonly requires: "adaptation"
  /** How one of the candidates is chosen for judging; the players at the last step where left out. */
  readonly selection?: ModelSelection
  /** The candidates among the players, earliest first, each as it would be answered with. */
  candidates?(players: Players): readonly Players[]
  /**
   * What the network that answers sees in a batch of images of either domain, before its last layers: float32
   * `[batch, size]`. For looking at only: no value rests on it.
   */
  features?(domains: Domains, players: Players): Promise<(batch: Batch) => Tensor>
  /**
   * A batch of source images in the style of the target, by the translator that the method learned: float32 in [-1, 1], of the
   * images' shape. For looking at only: no value rests on it. Absent where nothing is translated.
   */
  translate?(domains: Domains, players: Players): Promise<(batch: Batch) => Tensor>
}

/**
 * What chooses among a trial's checkpoints:
 * - `last`: nothing, the last step is judged.
 * - `sourceValidation`: accuracy on the source's validation split.
 * - `targetOracle`: accuracy on the target's labelled validation split, which nobody has in earnest. Its numbers say so in
 *   their identity and are never compared with others.
 * - a scorer, such as `informationMaximisation()`: what it makes of the target's validation images, without labels.
 */
export type ModelSelection = SelectionWord | Scorer

/** The ways to choose that need no scorer. */
export const selectionWords = ["last", "sourceValidation", "targetOracle"] as const

export type SelectionWord = (typeof selectionWords)[number]

/** A selection as it stands in a value's identity. */
export function selectionName(selection: ModelSelection): string {
  return typeof selection === "string" ? selection : selection.description
}

interface MethodParts<Seen> {
  readonly data: Dataset
  /** What does not fit among the chosen parts, found before anything runs; paths are relative to the method. */
  readonly mistakes?: readonly Mistake[]
  /** The stages of one trial. A method that learns nothing (a control) has none. */
  stages(seen: Seen): readonly Stage[]
  /**
   * What the trained players answer to a test batch: images in [-1, 1], with the generator in its declared test mode, or
   * logits `[batch, classes]`.
   * @returns a function, so that a control can look at the training split once
   */
  answer(seen: Seen, players: Players): Promise<(batch: Batch) => Tensor>
  /** Sentences about the method and an opened dataset that do not fit (image too small for the depth). */
  refuses?(seen: Seen): readonly string[]
}

/** The domains of an opened dataset. Throws one sentence when it is not of the contract `adaptation`. */
export function domainsOf({ domains }: OpenDataset): Domains {
  if (domains !== undefined) return domains
  throw new Error(
    "Expected a dataset of two domains (adaptation), but it has one; put adaptation() around two datasets.",
  )
}

/** A method's stages on a dataset, of which it gets to see what its contract shows. */
export function stagesOf(method: Method, dataset: OpenDataset): readonly Stage[] {
  return method.requires === "adaptation" ? method.stages(domainsOf(dataset)) : method.stages(dataset)
}

/** Why a method refuses a dataset, of which it gets to see what its contract shows. */
export function refusalsOf(method: Method, dataset: OpenDataset): readonly string[] {
  if (method.requires === "adaptation") return method.refuses?.(domainsOf(dataset)) ?? []
  return method.refuses?.(dataset) ?? []
}
