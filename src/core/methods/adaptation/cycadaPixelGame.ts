import * as tf from "@saddlepoint/engine/tf"
import type { Domains } from "../../contracts/dataset.ts"
import type { Game, Keep, Learn, Players, Scene } from "../../contracts/game.ts"
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
 * translation, both semantic terms count only in steps before which the classifier's loss on a batch was at most 1, the source's
 * adversarial term counts twice, and cycles count 1 instead of 10.
 */
export type CycadaForm = "paper" | "released"

export interface PixelGameParts {
  readonly form: CycadaForm
  /** Adversarial losses and distances of the cycles, and losses of classes for the semantic terms. */
  readonly losses: readonly AnyLoss[]
  /** Of both semantic terms. */
  readonly semantic: number
  readonly generator: Model
  readonly discriminator: Model
  readonly pixelOptimiser: AnyOptimiser
  /** Of the classifier, which learns in the form `released` only. */
  readonly optimiser: AnyOptimiser
  readonly pixelBatch: number
  readonly pool: number
  /** Weight of identity terms, as a share of the cycles'; 0 where left out. The authors' code has none for digits. */
  readonly identity?: number
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
  if (!released) return { ...game, players: { ...classifier, ...game.players } }
  return {
    ...game,
    players: { ...classifier, ...game.players, [memory]: lossMemory() },
    moves: [...game.moves, remembering(classifierMove(parts)), remember],
  }
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
  const gate = form === "released" && semantic > 0 ? settled(scene) : undefined
  const terms = (name: string, image: tf.Tensor, labels: tf.Tensor): Term[] => {
    const shown = { classification: { logits: logits(image), labels } }
    const found = termsOf(losses, shown, scene, { side: "learner", name: () => name, factor: semantic })
    return found.map((term) => (gate === undefined ? term : { ...term, weight: tf.mul(gate, term.weight) }))
  }
  return [...terms("semanticB", fakeB, toTarget), ...terms("semanticA", fakeA, seen(realB))]
}

/** Player and move that carry the classifier's loss from step to step. */
const memory = "classifierLoss"

/** Above this loss of its classifier a step's semantic terms count nothing. */
const settledLoss = 1

/** 1 where the classifier's loss in the step before was at most 1, and 0 otherwise, in the first step too. */
function settled({ players }: Scene): tf.Tensor {
  return tf.cast(tf.lessEqual(players[memory]!.state.last!, settledLoss), "float32")
}

function lossMemory(): Player {
  const last = tf.tidy(() => tf.variable(tf.scalar(2 * settledLoss), false))
  return { variables: {}, state: { last }, apply: () => ({}), dispose: () => last.dispose() }
}

/** A move that hands its objective's value on. */
function remembering(move: Learn): Learn {
  return {
    ...move,
    objective(scene) {
      const objective = move.objective(scene)
      return { ...objective, made: { ...objective.made, [memory]: objective.total } }
    },
  }
}

const remember: Keep = {
  kind: "keep",
  name: memory,
  apply: ({ players, made }) => players[memory]!.state.last!.assign(made[memory]!),
}
