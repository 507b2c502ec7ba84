import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Sweepable } from "../../contracts/axis.ts"
import type { Dataset } from "../../contracts/dataset.ts"
import type { Batch, Players, Turn } from "../../contracts/game.ts"
import { reversed } from "../../layers/gradientReversal.ts"
import type { AdaptationMethod, MethodFacts } from "../../contracts/method.ts"
import { type Plugin, type Use, use } from "../../contracts/plugin.ts"
import { type AdversarialOptions, adversarialOptions, adversarialStage } from "./adversarialStage.ts"
import { type ClassificationParts, classified, classifying, selecting, taskLoss } from "./classification.ts"
import { rates, type StrategySpec, strategyOptions, strategySlots } from "./strategy.ts"

interface DannOptions extends AdversarialOptions {
  /**
   * `reversal`: one step for all, through the gradient reversal layer, as in the paper. `alternating`: the domain classifier
   * takes a step first, then features and classes take theirs against it.
   */
  readonly form: "reversal" | "alternating"
}

type Parts = ClassificationParts & DannOptions & { readonly data: Dataset }

export const dannPlugin: Plugin<"method", AdaptationMethod> = {
  kind: "method",
  name: "dann",
  version: 1,
  options: {
    ...strategyOptions,
    ...adversarialOptions,
    form: Schema.Literals(["reversal", "alternating"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed("reversal" as const)),
    ),
  },
  slots: strategySlots,
  build: (parts: Parts): AdaptationMethod => ({
    requires: "adaptation",
    data: parts.data,
    ...classifying(parts),
    stages(domains) {
      const inputs = parts.network.size(domains.source.train.fields.image!.shape)
      const turns = parts.form === "reversal" ? [reversalTurn(parts)] : alternatingTurns(parts)
      return selecting(parts, domains, [adversarialStage(parts, domains, inputs, turns)])
    },
  }),
}

/**
 * Domain-adversarial training (Ganin and Lempitsky 2015; Ganin et al. 2016): a domain classifier learns to tell source
 * features from target features, and the features learn to keep it from doing so. Lambda scales only what reaches the
 * features; the domain classifier learns from its whole loss.
 */
export function dann<const Labels extends boolean>(
  spec: StrategySpec<Labels> & { readonly [Key in keyof DannOptions]?: Sweepable<DannOptions[Key]> },
): Use<"method", MethodFacts<Labels, "classes">> {
  return use(dannPlugin, { ...spec })
}

function reversalTurn({ optimiser, annealing }: Parts): Turn {
  return {
    name: "classifier",
    learns: ["features", "classes", "domain"],
    optimiser,
    rate: rates[annealing],
    objective(batch, players) {
      const source = classified(batch, "source", players)
      const target = classified(batch, "target", players)
      const task = taskLoss(batch, source.logits)
      const scores = (features: tf.Tensor2D) =>
        players.domain!.apply([reversed(features, batch.lambda!)], "train")
      const domain = domainLoss(scores(source.features), scores(target.features))
      return { total: tf.add(task, domain), terms: { task, domain } }
    },
  }
}

function alternatingTurns({ optimiser, annealing }: Parts): Turn[] {
  const scored = (batch: Batch, players: Players, domain: "source" | "target") => {
    const { features, logits } = classified(batch, domain, players)
    return { logits, scores: players.domain!.apply([features], "train") }
  }
  return [
    {
      name: "domain",
      learns: ["domain"],
      optimiser,
      rate: rates[annealing],
      objective(batch, players) {
        const domain = domainLoss(
          scored(batch, players, "source").scores,
          scored(batch, players, "target").scores,
        )
        return { total: domain, terms: { domain } }
      },
    },
    {
      name: "classifier",
      learns: ["features", "classes"],
      optimiser,
      rate: rates[annealing],
      objective(batch, players) {
        const source = scored(batch, players, "source")
        const target = scored(batch, players, "target")
        const task = taskLoss(batch, source.logits)
        const confusion = tf.neg(domainLoss(source.scores, target.scores)) as tf.Scalar
        return { total: tf.add(task, tf.mul(confusion, batch.lambda!)), terms: { task, confusion } }
      },
    },
  ]
}

/** Binary cross-entropy of the domain, source 1 and target 0, mean over both halves: ln 2 where it is guessed. */
export function domainLoss(source: tf.Tensor, target: tf.Tensor): tf.Scalar {
  const bySource = tf.mean(tf.softplus(tf.neg(source)))
  const byTarget = tf.mean(tf.softplus(target))
  return tf.div(tf.add(bySource, byTarget), 2)
}
