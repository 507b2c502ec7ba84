import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Domains } from "../../contracts/dataset.ts"
import type { Move, Scene, Stage } from "../../contracts/game.ts"
import type { Values } from "../../contracts/player.ts"
import type { Plugin } from "../../contracts/plugin.ts"
import { dropoutRate } from "../../layers/dropout.ts"
import { type Initialisation, initialisationChoice } from "../../layers/initialisation.ts"
import { stopGradient } from "../../layers/stopGradient.ts"
import { ofRole, type Term, termsOf } from "../../losses/compose.ts"
import { denseNetwork } from "../../models/denseNetwork.ts"
import { sigmoidRamp } from "../../schedules/sigmoidRamp.ts"
import {
  adaptationStage,
  bothDomains,
  type ClassificationParts,
  type Classified,
  classifierPlayers,
  classifying,
  type Domain,
  halves,
} from "./classification.ts"
import { domainStart } from "./domainStart.ts"
import { weightOption } from "./strategy.ts"

export interface AdversarialOptions {
  /** What lambda grows to; 1 in the paper and where left out. */
  readonly weight: number
  /**
   * Of the domain loss over the two domains: their `mean`, as in Transfer-Learning-Library and by default, or their `sum`, as the
   * paper writes it.
   */
  readonly reduction?: "mean" | "sum"
  /** Widths of the domain classifier's layers; one of 100 where left out, as in DANN's network for MNIST to MNIST-M. */
  readonly domainLayers: readonly number[]
  /** Share of each of the domain classifier's layers that is dropped while it trains, 0.5 in CDAN's code; none where left out. */
  readonly domainDropout?: number
  /** How the domain classifier starts; `domainStart` where left out. */
  readonly domainInitialisation?: Initialisation
}

export const adversarialOptions: Plugin["options"] = {
  weight: weightOption(1),
  reduction: Schema.optionalKey(Schema.Literals(["mean", "sum"])),
  domainLayers: Schema.Array(Schema.Int.check(Schema.isGreaterThan(0))).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed([100])),
  ),
  domainDropout: Schema.optionalKey(dropoutRate),
  domainInitialisation: Schema.optionalKey(initialisationChoice),
}

/**
 * A stage in which a classifier and the player `domain`, a network that scores the domain of what it sees, train side by side;
 * the schedule `lambda` grows as in the paper (`sigmoidRamp`), to `weight` times the weight of the adversarial loss and its schedule.
 *
 * @param inputs numbers that the domain network sees of an example
 */
export function adversarialStage(
  {
    network,
    batch,
    weight,
    losses,
    domainLayers,
    domainDropout = 0,
    domainInitialisation = domainStart,
  }: ClassificationParts & AdversarialOptions,
  domains: Domains,
  inputs: number,
  moves: readonly Move[],
): Stage {
  const ramp = sigmoidRamp()
  const [loss] = ofRole(losses, "adversarial")
  const most = weight * (loss?.weight ?? 1)
  return {
    name: adaptationStage,
    share: 1,
    batch,
    data: bothDomains(domains),
    play: ({ seed }) => ({
      players: {
        ...classifierPlayers(network, domains, seed),
        domain: denseNetwork(
          "domain",
          {
            inputs,
            hidden: domainLayers,
            outputs: 1,
            hiddenDropout: domainDropout,
            initialisation: domainInitialisation,
          },
          seed,
        ),
      },
      schedules: {
        lambda: (step, progress) => most * ramp(step, progress) * (loss?.schedule?.(step, progress) ?? 1),
      },
      moves,
    }),
  }
}

/** What the domain network learns, the source counting as real. Where it guesses, the mean of `adversarial("bce")` is `ln 2`. */
export function domainTerms(
  { losses, reduction = "mean" }: Pick<ClassificationParts & AdversarialOptions, "losses" | "reduction">,
  source: Values,
  target: Values,
  scene: Scene,
): Term[] {
  const shown = { adversarial: { real: source, fake: target } }
  const terms = termsOf(losses, shown, scene, { side: "opponent", name: () => "domain" })
  if (reduction === "sum") return terms
  return terms.map((term) => ({ ...term, value: tf.mul(term.value, 0.5) as tf.Scalar }))
}

/**
 * What the domain network says of both domains, together as one batch or each by itself, and beside it, as constants, what the
 * classifier says.
 * @param seen what the domain network sees of what the classifier gave
 */
export function judgeDomains(
  { players }: Scene,
  { source, target }: { readonly [D in Domain]: Classified },
  seen: (given: Classified) => tf.Tensor2D,
  together = false,
): { readonly [D in Domain]: Values } {
  const judge = (features: tf.Tensor) => players.domain!.apply({ features }, "train").scores!
  const beside = (scores: tf.Tensor, { logits }: Classified) => ({
    scores,
    classLogits: stopGradient(logits),
  })
  const [ofSource, ofTarget] = [seen(source), seen(target)]
  if (!together) return { source: beside(judge(ofSource), source), target: beside(judge(ofTarget), target) }
  const scores = judge(tf.concat([ofSource, ofTarget]))
  const each = halves(ofSource.shape[0], (of) => of(scores))
  return { source: beside(each.source, source), target: beside(each.target, target) }
}

/** `classifying`, for strategies with one adversarial loss: its weight is part of lambda, of which there is one. */
export function classifyingAgainstDomains(parts: ClassificationParts): ReturnType<typeof classifying> {
  const answering = classifying(parts, ["adversarial"])
  const count = ofRole(parts.losses, "adversarial").length
  if (count === 1) return answering
  const message = `expected one adversarial loss, such as adversarial("bce"), for the domain classifier but got ${count}`
  return { ...answering, mistakes: [...(answering.mistakes ?? []), { path: ["losses"], message }] }
}
