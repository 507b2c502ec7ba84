import * as tf from "@saddlepoint/engine/tf"
import type { Game, Players, Turn } from "../../contracts/game.ts"
import { crossEntropy } from "../../losses/crossEntropy.ts"
import { denseNetwork } from "../../models/denseNetwork.ts"
import type { Optimiser } from "../../contracts/optimiser.ts"
import type { Player } from "../../contracts/player.ts"
import { classified } from "./classification.ts"

/** Widths of the domain network's layers, as both release them. */
const domainLayers = [500, 500]
const [targetClass, sourceClass] = [0, 1]

export interface FeatureGameSetting {
  /** Players `features` and `classes`, trained on source images; they become the target's network. */
  readonly trained: Players
  /** Makes another classifier of the same shape. */
  readonly another: () => Players
  readonly classes: number
  readonly optimiser: Optimiser
  /** The target's network learns only while the domain network tells more than this share of a batch apart; always where left out. */
  readonly leastAccuracy?: number
  readonly seed: number
}

/**
 * The game of ADDA (Tzeng et al. 2017) on class scores, which is the feature-level game of CyCADA too: a domain network tells
 * the scores that the source's network gives to source images from those that the target's gives to target images; the
 * target's network, which starts as a copy of the source's, learns to pass for the source's (inverted labels). With
 * `leastAccuracy` its weights and its optimiser's averages stand still in all steps in which the domains are not told apart
 * as well as that.
 *
 * The source's network stands still as `sourceFeatures` and `sourceClasses`. Optimisers that correct for their start by
 * counting steps count the steps that were left out too.
 */
export function featureGame({
  trained,
  another,
  classes,
  optimiser,
  leastAccuracy,
  seed,
}: FeatureGameSetting): Game {
  const source = another()
  for (const part of ["features", "classes"] as const) copyInto(source[part]!, trained[part]!)
  const domain = denseNetwork("domain", { inputs: classes, hidden: domainLayers, outputs: 2 }, seed)
  const accuracy = tf.tidy(() => tf.variable(tf.scalar(0), false))
  const gate: Player = {
    variables: {},
    state: { accuracy },
    apply: () => tf.clone(accuracy),
    dispose: () => accuracy.dispose(),
  }
  return {
    players: {
      features: trained.features!,
      classes: trained.classes!,
      sourceFeatures: source.features!,
      sourceClasses: source.classes!,
      domain,
      gate,
    },
    turns: [
      domainTurn(optimiser, accuracy),
      targetTurn(
        leastAccuracy === undefined ? optimiser : gated(optimiser, () => tf.greater(accuracy, leastAccuracy)),
      ),
    ],
  }
}

function domainTurn(optimiser: Optimiser, accuracy: tf.Variable): Turn {
  return {
    name: "domain",
    learns: ["domain"],
    optimiser,
    objective(batch, players) {
      const features = players.sourceFeatures!.apply([batch["source.image"]!], "evaluate")
      const ofSource = players.sourceClasses!.apply([features], "evaluate")
      const ofTarget = classified(batch, "target", players).logits
      const told = players.domain!.apply([tf.concat([ofSource, ofTarget])], "train")
      const truth = tf.concat([
        domainLabels(ofSource.shape[0]!, sourceClass),
        domainLabels(ofTarget.shape[0]!, targetClass),
      ])
      const right = tf.mean(tf.cast(tf.equal(tf.argMax(told, -1), truth), "float32")) as tf.Scalar
      accuracy.assign(right)
      const loss = crossEntropy(told, truth)
      return { total: loss, terms: { domain: loss, accuracy: right } }
    },
  }
}

function targetTurn(optimiser: Optimiser): Turn {
  return {
    name: "target",
    learns: ["features", "classes"],
    optimiser,
    objective(batch, players) {
      const { logits } = classified(batch, "target", players)
      const told = players.domain!.apply([logits], "train")
      const confusion = crossEntropy(told, domainLabels(logits.shape[0], sourceClass))
      return { total: confusion, terms: { confusion } }
    },
  }
}

const domainLabels = (count: number, label: number) => tf.fill([count], label, "int32")

/** An optimiser whose updates count only while the gate, a scalar of dtype bool, is open. */
function gated(optimiser: Optimiser, open: () => tf.Tensor): Optimiser {
  return {
    ...optimiser,
    update(gradient, slots, value, rate, scalars) {
      const next = optimiser.update(gradient, slots, value, rate, scalars)
      const choose = (after: tf.Tensor, before: tf.Tensor) => tf.where(open(), after, before)
      return {
        value: choose(next.value, value),
        slots: Object.fromEntries(
          Object.entries(next.slots).map(([slot, after]) => [slot, choose(after, slots[slot]!)]),
        ),
      }
    },
  }
}

/** Gives one player the values of another of the same shape; as products, because an engine may write a variable in place. */
function copyInto(to: Player, from: Player): void {
  for (const part of ["variables", "state"] as const) {
    for (const [name, variable] of Object.entries(to[part])) {
      tf.tidy(() => variable.assign(tf.mul(from[part][name]!, 1)))
    }
  }
}
