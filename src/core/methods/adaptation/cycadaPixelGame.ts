import * as tf from "@saddlepoint/engine/tf"
import type { Domains } from "../../contracts/dataset.ts"
import type { Game, Keep, Players, Scene } from "../../contracts/game.ts"
import type { AnyLoss } from "../../contracts/loss.ts"
import type { AnyOptimiser } from "../../contracts/optimiser.ts"
import type { Model, Player } from "../../contracts/player.ts"
import { type Term, termsOf } from "../../losses/compose.ts"
import { type CycleImages, cycleGame } from "../translation/cycleGame.ts"
import { classify } from "./classification.ts"
import { classifierMove } from "./classifierStage.ts"

/**
 * Where the paper (Hoffman et al. 2018, section 3) and the code that its authors released differ. `paper`: the classifier that
 * judges semantics was trained on the source before and stands still; what it sees in a source image must be seen in its
 * translation. `released`: it learns beside the generators; the label of a source image must be seen in its
 * translation, both semantic terms wait until the classifier's loss was at most 1 in the step before, the source's
 * adversarial term counts twice, and cycles count 1 instead of 10.
 */
export type CycadaForm = "paper" | "released"

export interface PixelGameParts {
  readonly form: CycadaForm
  /** Adversarial losses and distances of the cycles, and losses of classes for the semantic terms. */
  readonly losses: readonly AnyLoss[]
  /** Of both semantic terms. */
  readonly semantic: number
  /** Weight of the identity terms, as a share of the cycles'; 0 where left out. */
  readonly identity?: number
  readonly generator: Model
  readonly discriminator: Model
  readonly pixelOptimiser: AnyOptimiser
  /** Of the classifier, which learns in the form `released` only. */
  readonly optimiser: AnyOptimiser
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
      losses: parts.losses,
      identity: parts.identity ?? 0,
      adversarial: { A: 1, B: released ? 2 : 1 },
      besides: (images, scene) => semanticTerms(parts, images, scene),
    },
    {
      image: domains.source.train.fields.image!,
      fields: { A: "source.image", B: "target.image" },
      batch: parts.pixelBatch,
      seed,
    },
  )
  const players = { ...classifier, ...game.players }
  if (!released) return { ...game, players }
  return {
    ...game,
    players: { ...players, semanticGate: semanticGate() },
    moves: [...game.moves, classifierMove(parts), gateMove],
  }
}

/** A player that remembers, as `open`, whether the classifier's loss was at most 1 in the step before; 0 before the first. */
function semanticGate(): Player {
  const open = tf.tidy(() => tf.variable(tf.scalar(0), false))
  return { variables: {}, state: { open }, apply: () => ({}), dispose: () => open.dispose() }
}

const gateMove: Keep = {
  kind: "keep",
  name: "semanticGate",
  apply: ({ players, made }) =>
    players.semanticGate!.state.open!.assign(tf.cast(tf.lessEqual(made.task!, 1), "float32")),
}

/** The loss of what the classifier sees in a translation, against what it should be, in both directions. */
function semanticTerms(
  { form, semantic, losses }: PixelGameParts,
  { realA, realB, fakeA, fakeB }: CycleImages,
  scene: Scene,
): Term[] {
  const logits = (image: tf.Tensor) => classify(scene.players, image, "evaluate").logits
  const seen = (image: tf.Tensor) => tf.argMax(logits(image), -1)
  const toTarget = form === "released" ? scene.batch["source.label"]! : seen(realA)
  const gate = form === "released" ? scene.players.semanticGate!.state.open! : undefined
  const terms = (name: string, image: tf.Tensor, labels: tf.Tensor): Term[] => {
    const shown = { classification: { logits: logits(image), labels } }
    const found = termsOf(losses, shown, scene, { side: "learner", name: () => name, factor: semantic })
    if (gate === undefined || semantic === 0) return found
    return found.map((term) => ({ ...term, weight: tf.mul(gate, term.weight) }))
  }
  return [...terms("semanticB", fakeB, toTarget), ...terms("semanticA", fakeA, seen(realB))]
}
