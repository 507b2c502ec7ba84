import type { RandomDistribution } from "@saddlepoint/engine/engine"
import type { Tensor } from "@saddlepoint/engine/tf"
import { withoutTests } from "./closedDataset.ts"
import type { Dataset, Domains, OpenDataset } from "./dataset.ts"
import type { FieldKinds } from "./field.ts"
import type { Batch, Players, Stage } from "./game.ts"
import type { GivenNetwork } from "./givenNetwork.ts"
import type { Judged } from "./metric.ts"
import type { Mistake } from "./mistake.ts"
import type { Scorer } from "./scorer.ts"

/**
 * What a method answers with:
 * - `pairs`: an image for an input, of which it is known what it should be.
 * - `translations`: an image for an input, of which nobody knows what it should be.
 * - `samples`: images of nothing in particular, or of a class or a text.
 * - `points`: points of nothing in particular.
 * - `classes`: logits for an image.
 * - `picture`: one picture.
 */
export type AnswerKind = Method["answers"]

/** What metrics may judge of each kind of answer. */
export const judgeable = {
  pairs: ["pairs", "images"],
  translations: ["images"],
  samples: ["images"],
  points: ["points"],
  classes: ["classes"],
  picture: ["images"],
} as const satisfies Record<AnswerKind, readonly Judged[]>

/** What the compiler knows of a method: whether its data has labels, and what it answers with. */
export interface MethodFacts<Labels extends boolean = boolean, Answers extends AnswerKind = AnswerKind> {
  readonly labels: Labels
  readonly answers?: Answers | undefined
}

/** What a method plug-in builds. */
export type Method =
  | PairsMethod
  | TranslationsMethod
  | SamplesMethod
  | PointsMethod
  | ClassesMethod
  | PictureMethod

/** A method that makes what it answers with: images, or points. */
export type MakingMethod = Exclude<Method, ClassesMethod>

/** Image translation with known targets. Its dataset has `input` and `target`. */
export interface PairsMethod extends MethodParts<"pairs", OpenDataset> {}

/** Image translation without known targets. Its dataset has `A.image` and `B.image`. */
export interface TranslationsMethod extends MethodParts<"translations", OpenDataset> {}

/** A generative model of images. Its dataset has `image`. */
export interface SamplesMethod extends MethodParts<"samples", OpenDataset>, Sampled {}

/** A generative model of points. Its dataset has `point`. */
export interface PointsMethod extends MethodParts<"points", OpenDataset>, Sampled {}

/** What every generative model declares of its samples. */
interface Sampled {
  /** How many samples are judged; as many as the test split has examples where left out. */
  readonly samples?: number
  /** Fields of the test split that it is told, e.g. `label`: sample i is told those of test example i, over and over. */
  readonly conditions?: readonly string[]
  /** The players at earlier moments of training, earliest first, where it keeps them: so that it can be seen what they went through. */
  moments?(players: Players): readonly Moment[]
  /** What the opponent says of examples, real or its own. For looking at only: no value rests on it. */
  readonly opponent?: Opponent
}

/** The players at a moment of training. */
export interface Moment {
  /** Share of the steps that had been played, in (0, 1]. */
  readonly share: number
  readonly players: Players
}

/** An opponent that scores examples. */
export interface Opponent {
  /** Examples that it sees at once. */
  readonly packing: number
  /** Scores `[examples / packing, ...positions, 1]` of float32 examples, in the mode `evaluate`. @param told conditions of the examples */
  scores(players: Players, examples: Tensor, told: Batch): Tensor
}

/** A method that makes one picture, e.g. of the first test example in a style. */
export interface PictureMethod extends MethodParts<"picture", OpenDataset> {}

/**
 * A method that learns to classify one domain from the labels of another. It sees `Domains`, in which the target has no
 * labels, and answers batches of images alone: nothing that it is given holds a target label.
 */
export interface ClassesMethod extends MethodParts<"classes", Domains> {
  /** How one of the candidates is chosen for judging; the players at the last step where left out. */
  readonly selection?: ModelSelection
  /** The candidates among the players, earliest first, each as it would be answered with. */
  candidates?(players: Players): readonly Players[]
  /**
   * What the network that answers sees in a batch of images of either domain, before its last layers: float32
   * `[batch, size]`. For looking at only: no value rests on it.
   */
  features?(domains: Domains, players: Players): Promise<Answer>
  /**
   * A batch of source images in the style of the target, by the translator that the method learned: float32 in [-1, 1], of the
   * images' shape. For looking at only: no value rests on it. Absent where nothing is translated.
   */
  translate?(domains: Domains, players: Players): Promise<Answer>
}

/** The parts of every method. */
interface MethodParts<Answers extends string, Seen> {
  readonly answers: Answers
  /** Fields that its dataset must give; one that has more is fine. */
  readonly requires: FieldKinds
  readonly data: Dataset
  /** Given networks that its losses see with, each once. */
  readonly needs?: readonly GivenNetwork[]
  /** What does not fit among the chosen parts, found before anything runs; paths are relative to the method. */
  readonly mistakes?: readonly Mistake[]
  /** The stages of one trial. A method that learns nothing (a control) has none. */
  stages(seen: Seen): readonly Stage[]
  /**
   * What the trained players answer, with networks in their declared test mode.
   * @returns a function, so that a control can look at the training split once
   */
  answer(seen: Seen, players: Players): Promise<Answer>
  /** Sentences about the method and an opened dataset that do not fit (image too small for the depth). */
  refuses?(seen: Seen): readonly string[]
}

/** What an answer may ask for besides the batch. */
export interface Asked {
  /** Answers that are wanted. */
  readonly count: number
  /** A random tensor of the trial's stream `evaluate`, another for every batch. */
  draw(name: string, shape: readonly number[], how: RandomDistribution): Tensor
}

/**
 * Answers a batch: images in [-1, 1], points `[batch, size]`, or logits `[batch, classes]`. The batch holds `input` (pairs, translations), the conditions
 * (samples) or `image` (classes).
 */
export type Answer = (batch: Batch, asked: Asked) => Tensor

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

/** Why a selection cannot choose with labels that there are not. */
export const oracleWithoutLabels =
  "expected a target with labels for the selection targetOracle, but it has none; use last, sourceValidation or informationMaximisation()"

/** The same where a trial is refused. */
export const oracleRefusal = `E${oracleWithoutLabels.slice(1)}.`

/** A selection as it stands in a value's identity. */
export function selectionName(selection: ModelSelection): string {
  return typeof selection === "string" ? selection : selection.description
}

/** The domains of an opened dataset. Throws one sentence when it has none. */
export function domainsOf({ domains }: OpenDataset): Domains {
  if (domains !== undefined) return domains
  throw new Error(
    "Expected a dataset of two domains (adaptation), but it has one; put adaptation() around two datasets.",
  )
}

/** A method's stages on a dataset, of which it gets to see what its kind of answer shows. */
export function stagesOf(method: Method, dataset: OpenDataset): readonly Stage[] {
  return method.answers === "classes"
    ? method.stages(domainsOf(dataset))
    : method.stages(shown(method, dataset))
}

/** Why a method refuses a dataset, of which it gets to see what its kind of answer shows. */
export function refusalsOf(method: Method, dataset: OpenDataset): readonly string[] {
  if (method.answers === "classes") {
    return [...refusalsOfSelection(method, dataset), ...(method.refuses?.(domainsOf(dataset)) ?? [])]
  }
  return method.refuses?.(shown(method, dataset)) ?? []
}

/** What a selection looks at must be there, as it chooses only when all is trained. */
function refusalsOfSelection({ selection = "last" }: ClassesMethod, dataset: OpenDataset): readonly string[] {
  if (selection === "last") return []
  if (selection === "targetOracle" && dataset.targetValidation?.fields.label === undefined) {
    return [oracleRefusal]
  }
  const { source, target } = domainsOf(dataset)
  const [domain, { size }] =
    selection === "sourceValidation" ? ["source", source.validation] : ["target", target.validation]
  if (size > 0) return []
  return [
    `Expected validation images of the ${domain} for the selection ${selectionName(selection)}, but got none; give it some, or use last.`,
  ]
}

/** A picture is learnt from the very example that it is to be of. */
const shown = ({ answers }: MakingMethod, dataset: OpenDataset): OpenDataset =>
  answers === "picture" ? dataset : withoutTests(dataset)
