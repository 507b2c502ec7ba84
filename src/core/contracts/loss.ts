import type { RandomDistribution } from "@saddlepoint/engine/engine"
import type { Tensor } from "@saddlepoint/engine/tf"
import type { GivenNetwork } from "./givenNetwork.ts"
import type { Player, Values } from "./player.ts"
import type { Schedule } from "./schedule.ts"

/**
 * `example`: one value per example, averaged over pixels or patches within the example and independent of the rest of
 * the batch; the weighted sum takes the batch mean. `batch`: one value for the batch (MMD, CORAL, relativistic averages).
 */
export type Scope = "example" | "batch"

/** What a loss of each role may see. All tensors are float32 with a batch axis, except labels (int32). */
export interface Roles {
  /** An answer and what it should be: images `[batch, h, w, c]` in [-1, 1]. */
  reconstruction: { readonly output: Tensor; readonly target: Tensor }
  /** Features of an answer and of what it should be, layer by layer, each `[batch, ...]`. */
  features: { readonly output: readonly Tensor[]; readonly target: readonly Tensor[] }
  /** What an opponent says of real and of generated examples: `scores` `[batch, ...positions, 1]`, and what else it gives. */
  adversarial: { readonly real: Values; readonly fake: Values }
  /** A critic itself, for gradient penalties: `score` gives the scores of any images of the examples' shape. */
  critic: { readonly real: Tensor; readonly fake: Tensor; score(images: Tensor): Tensor }
  /** Logits `[batch, classes]` and classes `[batch]`. */
  classification: { readonly logits: Tensor; readonly labels: Tensor }
  /** Features of two domains, `[batch, size]` each. */
  domains: { readonly source: Tensor; readonly target: Tensor }
  /** Whatever one player gave. */
  regulariser: { readonly values: Values }
}

export type Role = keyof Roles

/** Who learns: the player that the method is about, or the opponent that it learns against. */
export type Side = "learner" | "opponent"

/** What a loss may ask for besides what it sees. */
export interface LossWorld {
  /** See `Scene.draw`; the loss's name stands before that of the draw. */
  draw(name: string, shape: readonly number[], how: RandomDistribution): Tensor
  /** The given networks, by the names of `needs`. */
  readonly given: Readonly<Record<string, Player>>
}

/** What one side minimises: `[batch]`, or `[]` where the scope is `batch`. */
export type LossSide<R extends Role> = (seen: Roles[R], world: LossWorld) => Tensor

/** A loss: what it may see is its role. */
export interface Loss<R extends Role = Role> {
  readonly role: R
  readonly name: string
  /**
   * How much it counts for whoever learns from it; but an opponent always learns from the whole of an adversarial loss, whose weight
   * says how much the learner minds its opponent.
   */
  readonly weight: number
  /** Multiplies the weight as training goes on; constant 1 where left out. */
  readonly schedule?: Schedule
  /**
   * Computed only every so many times that its move is taken, the first time included, and then counted so many times (lazy
   * regularisation: Karras et al. 2020, appendix B).
   */
  readonly every?: number
  readonly scope: Scope
  /** What each side minimises. A loss of one side only says so by leaving out the other. */
  readonly sides: { readonly [S in Side]?: LossSide<R> }
  /** Networks with given weights that it sees with; opened once by whoever opens the trial. */
  readonly needs?: Readonly<Record<string, GivenNetwork>>
  readonly laws: LawFacts[R]
}

/** A loss of any one role. */
export type AnyLoss = { [R in Role]: Loss<R> }[Role]

export type ReconstructionLoss = Loss<"reconstruction">
export type AdversarialLoss = Loss<"adversarial">

/** A tensor in plain numbers, for definitions: the batch comes first, values are in row-major order. */
export interface PlainTensor {
  readonly shape: readonly number[]
  readonly values: readonly number[]
}

/** What every loss may say to the laws: those that it declines, by name, each with a sentence that says why. */
export interface Declining {
  readonly declines?: Readonly<Record<string, string>>
}

/**
 * What the laws need to know of a loss, by its role. It is said of every side that the loss has. A law that lacks a fact is reported as
 * unchecked.
 */
export interface LawFacts {
  reconstruction: ReconstructionFacts
  features: FeatureFacts
  adversarial: AdversarialFacts
  critic: CriticFacts
  classification: ClassificationFacts
  domains: DomainFacts
  regulariser: RegulariserFacts
}

/** What the laws of a reconstruction loss need to know. */
export interface ReconstructionFacts extends Declining {
  /** Value where output equals target; the minimum. */
  readonly atTarget: number
  /** Whether the gradient vanishes at the target (false for L1, whose subgradient there is a convention). */
  readonly smoothAtTarget: boolean
  /** Value for a constant difference `d` in [-2, 2] at every position, where there is a closed form (L1: |d|, L2: d^2). */
  readonly constantDifference?: (difference: number) => number
  /** Value for an output and a target of one value each, in [-1, 1], where more than their difference counts (SSIM's luminance). */
  readonly constantImages?: (output: number, target: number) => number
  /** Smallest image side that the loss accepts (SSIM's window); 1 where left out. */
  readonly minimumSide?: number
  /** The only number of channels that the loss accepts (a network over colour images: 3); any where left out. */
  readonly channels?: number
  /**
   * Largest difference per value within which moving straight towards the target never raises the loss; all of
   * [-1, 1] where left out (SSIM rises on the way from strongly anticorrelated images).
   */
  readonly basin?: number
  /** Value by its definition, in plain numbers: of one example `[1, height, width, channels]`. */
  readonly definition?: (output: PlainTensor, target: PlainTensor) => number
}

/** What the laws of a loss on features need to know. */
export interface FeatureFacts extends Declining {
  /** Value where output equals target; the minimum. */
  readonly atTarget: number
  /** Whether the gradient vanishes at the target. */
  readonly smoothAtTarget: boolean
  /** Value for the same difference at every position of every one of some layers, where there is a closed form. */
  readonly constantDifference?: (difference: number, layers: number) => number
  /** Whether it accepts feature maps `[batch, height, width, channels]` only; layers of any shape where left out. */
  readonly maps?: boolean
  /** Value by its definition, in plain numbers: of the layers of the batch, which is one example where the scope is `example`. */
  readonly definition?: (output: readonly PlainTensor[], target: readonly PlainTensor[]) => number
}

/** What the laws of an adversarial loss need to know. */
export interface AdversarialFacts extends Declining {
  /**
   * Closed-form values at scores that are constant over batch and positions: rows
   * `[real score, fake score, opponent's loss, learner's loss]`, at least one beyond each margin, or, which tells more, a function for all
   * scores in [-20, 20]. Of a loss of one side the other's value is not looked at.
   */
  readonly values:
    | readonly (readonly [real: number, fake: number, opponent: number, learner: number])[]
    | ((real: number, fake: number) => readonly [opponent: number, learner: number])
  /**
   * Scores between which the opponent wants real up and fake down, and the learner fake up; everywhere where
   * left out (LSGAN turns back at its targets: [0, 1]).
   */
  readonly monotoneBetween?: readonly [number, number]
  /** Whether it looks at `classLogits` `[batch, classes]` beside the scores; nobody learns through them. */
  readonly classLogits?: boolean
  /** The opponent is content, with gradient zero, exactly beyond real scores of `margin` and fake of `-margin`. */
  readonly margin?: number
  /** Whether one number that is added to all scores leaves both players' gradients (Wasserstein, relativistic losses). */
  readonly shiftInvariant?: boolean
  /**
   * By how many times the largest change of real scores alone, or of fake ones, either value changes at most (hinge: 1); unbounded where left
   * out (least squares).
   */
  readonly lipschitz?: number
  /** The least values that there are; -Infinity where there is none. */
  readonly least?: readonly [opponent: number, learner: number]
  /**
   * Values by their definition, in plain numbers: of what the opponent says of the batch, which is one example where the scope is `example`:
   * `scores`, and `classLogits` where the loss looks at them.
   */
  readonly definition?: (
    real: Readonly<Record<string, PlainTensor>>,
    fake: Readonly<Record<string, PlainTensor>>,
  ) => readonly [opponent: number, learner: number]
}

/** What the laws of a gradient penalty need to know: what it is for a critic whose gradient is the same everywhere. */
export interface CriticFacts extends Declining {
  /** Value for a critic whose gradient has the given norm everywhere, where there is a closed form (R1: gamma / 2 norm^2). */
  readonly constantSlope?: (norm: number) => number
  /** Norm of the gradient at which the penalty is 0, its least value, and wants nothing of the critic (R1: 0, WGAN-GP: 1). */
  readonly vanishesAt?: number
  /** Whether flatter critics pay nothing either (WGAN-LP); they pay as well where left out. */
  readonly oneSided?: boolean
}

/** What the laws of a classification loss need to know. */
export interface ClassificationFacts extends Declining {
  /** Value for logits that are all equal, from the number of classes (cross-entropy: ln of it). */
  readonly undecided: (classes: number) => number
  /** Limit where the right class's logit goes to infinity; the minimum. */
  readonly certain: number
  /**
   * Value where the right class's logit is `lead` above all others, which are equal; `lead` may be below 0. Where there is a closed form
   * (cross-entropy: `ln(1 + (classes - 1) e^-lead)`).
   */
  readonly ahead?: (lead: number, classes: number) => number
  /** Its value by its definition, in plain numbers: of one example's logits and its class. */
  readonly definition?: (logits: readonly number[], label: number) => number
}

/** What the laws of a distance between domains need to know. */
export interface DomainFacts extends Declining {
  /** Bounds of its value where both batches are the same `rows` examples; `[0, 0]` where left out. */
  readonly ofEqual?: (rows: number) => readonly [least: number, most: number]
  /** Fewest examples of each domain; 2 where left out. */
  readonly leastRows?: number
  /** Distance by its definition, in plain numbers: of the examples of either domain, each with its features. */
  readonly definition?: (
    source: readonly (readonly number[])[],
    target: readonly (readonly number[])[],
  ) => number
}

/** What the laws of a regulariser need to know. */
export interface RegulariserFacts extends Declining {
  /** Values that it is defined for, by name, as shapes of one example. */
  readonly values: Readonly<Record<string, readonly number[]>>
  /** The least value that it can have; -Infinity where there is none. */
  readonly least?: number
  /** Value where all the values are one number, where there is a closed form (total variation: 0). */
  readonly constant?: (value: number) => number
  /**
   * Value by its definition, in plain numbers: of the examples, each of which has its values row by row. One example where the scope is
   * `example`.
   */
  readonly definition?: (examples: readonly Readonly<Record<string, readonly number[]>>[]) => number
}

/** What the compiler knows of a loss. */
export interface LossFacts {
  readonly role: Role
}
