import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Domains } from "../../contracts/dataset.ts"
import type { Move, Scene, Stage } from "../../contracts/game.ts"
import type { AnyLoss } from "../../contracts/loss.ts"
import type { Values } from "../../contracts/player.ts"
import type { Plugin } from "../../contracts/plugin.ts"
import { ofRole, type Term, termsOf } from "../../losses/compose.ts"
import { denseNetwork } from "../../models/denseNetwork.ts"
import { sigmoidRamp } from "../../schedules/sigmoidRamp.ts"
import {
  adaptationStage,
  bothDomains,
  type ClassificationParts,
  classifierPlayers,
  classifying,
} from "./classification.ts"
import { type Passes, weightOption } from "./strategy.ts"

export interface AdversarialOptions {
  /** What lambda grows to; 1 in the paper and where left out. */
  readonly weight: number
  /** Widths of the domain classifier's layers; one of 100 where left out, as in DANN's network for MNIST to MNIST-M. */
  readonly domainLayers: readonly number[]
}

export const adversarialOptions: Plugin["options"] = {
  weight: weightOption(1),
  domainLayers: Schema.Array(Schema.Int.check(Schema.isGreaterThan(0))).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed([100])),
  ),
}

/**
 * A stage in which a classifier and the player `domain`, a network that scores the domain of what it sees, train side by side;
 * the schedule `lambda` grows as in the paper (`sigmoidRamp`), to `weight` times the weight of the adversarial loss.
 *
 * @param inputs numbers that the domain network sees of an example
 */
export function adversarialStage(
  { network, batch, weight, losses, domainLayers }: ClassificationParts & AdversarialOptions,
  domains: Domains,
  inputs: number,
  moves: readonly Move[],
): Stage {
  const ramp = sigmoidRamp()
  const most = weight * (ofRole(losses, "adversarial")[0]?.weight ?? 1)
  return {
    name: adaptationStage,
    share: 1,
    batch,
    data: bothDomains(domains),
    play: ({ seed }) => ({
      players: {
        ...classifierPlayers(network, domains, seed),
        domain: denseNetwork("domain", { inputs, hidden: domainLayers, outputs: 1 }, seed),
      },
      schedules: { lambda: (step, progress) => most * ramp(step, progress) },
      moves,
    }),
  }
}

/** What the domain network says of inputs of both domains. */
export function judgedBoth(
  { players }: Scene,
  source: tf.Tensor2D,
  target: tf.Tensor2D,
  passes: Passes = "apart",
): Readonly<Record<"source" | "target", Values>> {
  const judge = (features: tf.Tensor) => players.domain!.apply({ features }, "train")
  if (passes === "apart") return { source: judge(source), target: judge(target) }
  const { scores } = judge(tf.concat([source, target]))
  const [ofSource, ofTarget] = tf.split(scores!, [source.shape[0], target.shape[0]])
  return { source: { scores: ofSource! }, target: { scores: ofTarget! } }
}

/**
 * What the domain network learns: the mean of its loss over both halves, the source counting as real. `ln 2` where it guesses,
 * with the default, `adversarial("bce")`.
 */
export function domainTerms(
  losses: readonly AnyLoss[],
  source: Values,
  target: Values,
  scene: Scene,
): Term[] {
  const shown = { adversarial: { real: source, fake: target } }
  return termsOf(losses, shown, scene, { side: "opponent", name: () => "domain" }).map((term) => ({
    ...term,
    value: tf.mul(term.value, 0.5) as tf.Scalar,
  }))
}

/** `classifying`, for strategies with one adversarial loss: its weight is part of lambda, of which there is one. */
export function classifyingAgainstDomains(parts: ClassificationParts): ReturnType<typeof classifying> {
  const answering = classifying(parts)
  const count = ofRole(parts.losses, "adversarial").length
  if (count === 1) return answering
  const message = `expected one adversarial loss, such as adversarial("bce"), for the domain classifier but got ${count}`
  return { ...answering, mistakes: [...(answering.mistakes ?? []), { path: ["losses"], message }] }
}
