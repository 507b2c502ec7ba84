import * as tf from "@saddlepoint/engine/tf"
import type { Domains } from "../../contracts/dataset.ts"
import type { Batch, Game, Players } from "../../contracts/game.ts"
import { crossEntropy } from "../../losses/crossEntropy.ts"
import type { Optimiser } from "../../contracts/optimiser.ts"
import type { Model } from "../../contracts/player.ts"
import { type CycleImages, cycleGame, type WeightedTerm } from "../translation/cycleGame.ts"
import { classifierTurn } from "./classifierStage.ts"

/**
 * Where the paper (Hoffman et al. 2018, section 3) and the code that its authors released differ. `paper`: the classifier that
 * judges semantics was trained on the source before and stands still; what it sees in a source image must be seen in its
 * translation. `released`: it learns beside the generators; the label of a source image must be seen in its
 * translation, both semantic terms wait until the classifier's loss on the batch is at most 1, the source's
 * adversarial term counts twice, and cycles count 1 instead of 10.
 */
export type CycadaForm = "paper" | "released"

export interface PixelGameParts {
  readonly form: CycadaForm
  /** Of both cycle terms; the form's where left out. */
  readonly cycle?: number
  /** Of both semantic terms. */
  readonly semantic: number
  readonly generator: Model
  readonly discriminator: Model
  readonly pixelOptimiser: Optimiser
  /** Of the classifier, which learns in the form `released` only. */
  readonly optimiser: Optimiser
  readonly pixelBatch: number
  readonly pool: number
}

/**
 * The pixel-level game: `cycleGame` with the source as domain A and the target as B, without identity terms, plus semantic
 * consistency in both directions as judged by `features` and `classes`.
 *
 * @param classifier players `features` and `classes`
 */
export function pixelGame(parts: PixelGameParts, domains: Domains, classifier: Players, seed: number): Game {
  const released = parts.form === "released"
  const game = cycleGame(
    {
      generator: parts.generator,
      discriminator: parts.discriminator,
      optimiser: parts.pixelOptimiser,
      pool: parts.pool,
      order: "joint",
      weights: {
        adversarialA: 1,
        adversarialB: released ? 2 : 1,
        cycle: parts.cycle ?? (released ? 1 : 10),
        identity: 0,
      },
      besides: (images, batch, players) => semanticTerms(parts, images, batch, players),
    },
    {
      image: domains.source.train.fields.image!.shape,
      fields: { A: "source.image", B: "target.image" },
      batch: parts.pixelBatch,
      seed,
    },
  )
  return {
    ...game,
    players: { ...classifier, ...game.players },
    turns: released ? [...game.turns, classifierTurn(parts.optimiser)] : game.turns,
  }
}

/** Cross-entropy of what the classifier sees in a translation, against what it should be, in both directions. */
function semanticTerms(
  { form, semantic }: PixelGameParts,
  { realA, realB, fakeA, fakeB }: CycleImages,
  batch: Batch,
  players: Players,
): WeightedTerm[] {
  const logits = (image: tf.Tensor) =>
    players.classes!.apply([players.features!.apply([image], "evaluate")], "evaluate")
  const seen = (image: tf.Tensor) => tf.argMax(logits(image), -1)
  const toTarget = form === "released" ? batch["source.label"]! : seen(realA)
  const weight = form === "released" && semantic > 0 ? settled(logits(realA), batch, semantic) : semantic
  return [
    { name: "semanticB", value: crossEntropy(logits(fakeB), toTarget), weight },
    { name: "semanticA", value: crossEntropy(logits(fakeA), seen(realB)), weight },
  ]
}

/** The weight once the classifier's loss on real source images is at most 1, and 0 before. */
function settled(logits: tf.Tensor, batch: Batch, weight: number): tf.Tensor {
  const loss = crossEntropy(logits, batch["source.label"]!)
  return tf.mul(tf.cast(tf.lessEqual(loss, 1), "float32"), weight)
}
