import type { Tensor } from "@saddlepoint/engine/tf"

/**
 * `example`: one value per example, averaged over pixels or patches within the example and independent of the rest of
 * the batch; the trainer takes the batch mean. `batch`: one value for the batch (MMD, CORAL, relativistic averages).
 */
export type Scope = "example" | "batch"

/**
 * A loss between an output and its target: L1, L2, SSIM.
 * `compute` takes two float32 tensors `[batch, height, width, channels]` in [-1, 1] and gives `[batch]`.
 */
export interface ReconstructionLoss {
  readonly role: "reconstruction"
  readonly name: string
  readonly weight: number
  readonly scope: "example"
  compute(output: Tensor, target: Tensor): Tensor
  readonly laws: ReconstructionFacts
}

/**
 * A loss between two players by way of the discriminator's scores (logits).
 * Scores are float32 `[batch, ...positions, 1]`; both sides give `[batch]`, averaged over positions (one value, `[]`,
 * where the scope is `batch`).
 */
export interface AdversarialLoss {
  readonly role: "adversarial"
  readonly name: string
  readonly weight: number
  readonly scope: Scope
  /** What the discriminator minimises. */
  discriminator(real: Tensor, fake: Tensor): Tensor
  /** What the generator minimises. */
  generator(fake: Tensor, real: Tensor): Tensor
  readonly laws: AdversarialFacts
}

export type Loss = ReconstructionLoss | AdversarialLoss

/** What the laws of a reconstruction loss need to know. */
export interface ReconstructionFacts {
  /** Value where output equals target; the minimum. */
  readonly atTarget: number
  /** Whether the gradient vanishes at the target (false for L1, whose subgradient there is a convention). */
  readonly smoothAtTarget: boolean
  /** Value for a constant difference `d` at every position, where there is a closed form (L1: |d|, L2: d^2). */
  readonly constantDifference?: (difference: number) => number
  /** Smallest image side that the loss accepts (SSIM's window); 1 where left out. */
  readonly minimumSide?: number
  /** The only number of channels that the loss accepts (a network over colour images: 3); any where left out. */
  readonly channels?: number
  /**
   * Largest difference per value within which moving straight towards the target never raises the loss; all of
   * [-1, 1] where left out (SSIM rises on the way from strongly anticorrelated images).
   */
  readonly basin?: number
}

/** What the laws of an adversarial loss need to know. */
export interface AdversarialFacts {
  /**
   * Closed-form values at scores that are constant over batch and positions, at least one beyond each margin:
   * `[real score, fake score, discriminator loss, generator loss]`.
   */
  readonly values: readonly (readonly [number, number, number, number])[]
  /**
   * Scores between which the discriminator wants real up and fake down, and the generator fake up; everywhere where
   * left out (LSGAN turns back at its targets: [0, 1]).
   */
  readonly monotoneBetween?: readonly [number, number]
  /** The discriminator is content, with gradient zero, exactly beyond real scores of `margin` and fake of `-margin`. */
  readonly margin?: number
}

/** What the compiler knows of a loss. */
export interface LossFacts {
  readonly role: Loss["role"]
}
