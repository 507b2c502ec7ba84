import * as tf from "@saddlepoint/engine/tf"
import { type Game, type Learn, learn, type Players } from "../../contracts/game.ts"
import type { AnyLoss } from "../../contracts/loss.ts"
import type { AnyOptimiser } from "../../contracts/optimiser.ts"
import type { Player } from "../../contracts/player.ts"
import type { Initialisation } from "../../layers/initialisation.ts"
import { objectiveOf, termsOf } from "../../losses/compose.ts"
import { denseNetwork } from "../../models/denseNetwork.ts"
import { classified } from "./classification.ts"
import { domainStart } from "./domainStart.ts"

/** Widths of the domain network's layers, as both release them. */
const domainLayers = [500, 500]
const [targetClass, sourceClass] = [0, 1]

export interface FeatureGameSetting {
  /** Players `features` and `classes`, trained on source images; they become the target's network. */
  readonly trained: Players
  /** Makes another classifier of the same shape. */
  readonly another: () => Players
  readonly classes: number
  /** Of the target's network. */
  readonly optimiser: AnyOptimiser
  /** Of the domain network; `optimiser` where left out. */
  readonly domainOptimiser?: AnyOptimiser
  /** Losses of classes, which the domains are here. */
  readonly losses: readonly AnyLoss[]
  /**
   * Weight of the labels of the source's images in what the target's network learns; 0 where left out, as both release it. More than 0 is the
   * task term that the full objective of Hoffman et al. 2018 (section 3) has beside the feature game's.
   */
  readonly task?: number
  /** The target's network learns only while the domain network classifies more than this share of a batch rightly; always where left out. */
  readonly leastAccuracy?: number
  /** How the domain network starts; `domainStart` where left out. */
  readonly domainInitialisation?: Initialisation
  readonly seed: number
}

/**
 * The game of ADDA (Tzeng et al. 2017) on class scores, which is the feature-level game of CyCADA too: a domain network tells
 * the scores that the source's network gives to source images from those that the target's gives to target images; the
 * target's network, which starts as a copy of the source's, learns to pass for the source's (inverted labels). With
 * `leastAccuracy` its weights and its optimiser's averages stand still in all steps in which the domain network is no better than
 * that.
 *
 * The source's network stands still as `sourceFeatures` and `sourceClasses`. What it gives is dropped from as the target's is, as in the released
 * code: else the domain network would know the target by its noise.
 */
export function featureGame(setting: FeatureGameSetting): Game {
  const { trained, another, classes, domainInitialisation = domainStart, seed } = setting
  const source = another()
  for (const part of ["features", "classes"] as const) copyInto(source[part]!, trained[part]!)
  return {
    players: {
      features: trained.features!,
      classes: trained.classes!,
      sourceFeatures: source.features!,
      sourceClasses: source.classes!,
      domain: denseNetwork(
        "domain",
        {
          inputs: classes,
          hidden: domainLayers,
          outputs: 2,
          gives: "classLogits",
          initialisation: domainInitialisation,
        },
        seed,
      ),
    },
    moves: [domainMove(setting), targetMove(setting)],
  }
}

function domainMove({ optimiser, domainOptimiser = optimiser, losses }: FeatureGameSetting): Learn {
  return learn({
    name: "domain",
    learns: ["domain"],
    optimiser: domainOptimiser,
    objective(scene) {
      const { batch, players } = scene
      const { features } = players.sourceFeatures!.apply({ image: batch["source.image"]! }, "train")
      const ofSource = players.sourceClasses!.apply({ features: features! }, "train").classLogits!
      const ofTarget = classified(scene, "target").logits
      const logits = players.domain!.apply({ features: tf.concat([ofSource, ofTarget]) }, "train")
        .classLogits!
      const labels = tf.concat([
        domainLabels(ofSource.shape[0]!, sourceClass),
        domainLabels(ofTarget.shape[0]!, targetClass),
      ])
      const accuracy = tf.mean(tf.cast(tf.equal(tf.argMax(logits, -1), labels), "float32")) as tf.Scalar
      const shown = { classification: { logits, labels } }
      return objectiveOf(
        [
          ...termsOf(losses, shown, scene, { side: "opponent", name: () => "domain" }),
          { name: "accuracy", value: accuracy, weight: 0 },
        ],
        { accuracy },
      )
    },
  })
}

function targetMove({ optimiser, losses, task = 0, leastAccuracy }: FeatureGameSetting): Learn {
  return learn({
    name: "target",
    learns: ["features", "classes"],
    optimiser,
    ...(leastAccuracy === undefined ? {} : { gate: ({ made }) => tf.greater(made.accuracy!, leastAccuracy) }),
    objective(scene) {
      const { logits: seen } = classified(scene, "target")
      const logits = scene.players.domain!.apply({ features: seen }, "train").classLogits!
      const shown = { classification: { logits, labels: domainLabels(seen.shape[0], sourceClass) } }
      const confusion = termsOf(losses, shown, scene, { side: "learner", name: () => "confusion" })
      if (task === 0) return objectiveOf(confusion)
      const own = {
        classification: { logits: classified(scene, "source").logits, labels: scene.batch["source.label"]! },
      }
      const known = termsOf(losses, own, scene, { side: "learner", name: () => "task", factor: task })
      return objectiveOf([...confusion, ...known])
    },
  })
}

const domainLabels = (count: number, label: number) => tf.fill([count], label, "int32")

/** Gives one player the values of another of the same shape; as products, because an engine may write a variable in place. */
function copyInto(to: Player, from: Player): void {
  for (const part of ["variables", "state"] as const) {
    for (const [name, variable] of Object.entries(to[part])) {
      tf.tidy(() => variable.assign(tf.mul(from[part][name]!, 1)))
    }
  }
}
