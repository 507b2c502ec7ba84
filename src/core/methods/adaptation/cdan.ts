import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Sweepable } from "../../contracts/axis.ts"
import type { Dataset } from "../../contracts/dataset.ts"
import type { Turn } from "../../contracts/game.ts"
import { reversed } from "../../layers/gradientReversal.ts"
import { stopGradient } from "../../layers/stopGradient.ts"
import type { AdaptationMethod, MethodFacts } from "../../contracts/method.ts"
import { type Plugin, type Use, use } from "../../contracts/plugin.ts"
import { type AdversarialOptions, adversarialOptions, adversarialStage } from "./adversarialStage.ts"
import { type ClassificationParts, classified, classifying, selecting, taskLoss } from "./classification.ts"
import { rates, type StrategySpec, strategyOptions, strategySlots } from "./strategy.ts"

interface CdanOptions extends AdversarialOptions {
  /** CDAN+E: sure examples count more, by `1 + exp(-entropy)` of their answer. */
  readonly entropy: boolean
}

type Parts = ClassificationParts & CdanOptions & { readonly data: Dataset }

export const cdanPlugin: Plugin<"method", AdaptationMethod> = {
  kind: "method",
  name: "cdan",
  version: 1,
  options: {
    ...strategyOptions,
    ...adversarialOptions,
    entropy: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false))),
  },
  slots: strategySlots,
  build: (parts: Parts): AdaptationMethod => ({
    requires: "adaptation",
    data: parts.data,
    ...classifying(parts),
    stages(domains) {
      const features = parts.network.size(domains.source.train.fields.image!.shape)
      const inputs = features * domains.classes.length
      return selecting(parts, domains, [adversarialStage(parts, domains, inputs, [turn(parts)])])
    },
  }),
}

/**
 * Conditional domain-adversarial training (Long et al. 2018): as `dann`, but the domain classifier sees the outer product of
 * features and answers, so that domains are drawn together class by class. No gradient goes through the answers. The product is
 * taken whole, without the random projection for large ones; lambda follows DANN's schedule.
 */
export function cdan<const Labels extends boolean>(
  spec: StrategySpec<Labels> & { readonly [Key in keyof CdanOptions]?: Sweepable<CdanOptions[Key]> },
): Use<"method", MethodFacts<Labels, "classes">> {
  return use(cdanPlugin, { ...spec })
}

function turn({ optimiser, annealing, entropy }: Parts): Turn {
  return {
    name: "classifier",
    learns: ["features", "classes", "domain"],
    optimiser,
    rate: rates[annealing],
    objective(batch, players) {
      const source = classified(batch, "source", players)
      const target = classified(batch, "target", players)
      const task = taskLoss(batch, source.logits)
      const losses = [
        { seen: source, sign: -1 },
        { seen: target, sign: 1 },
      ].map(({ seen: { features, logits }, sign }) => {
        const answers = stopGradient(tf.softmax(logits))
        const pairs = outerProduct(reversed(features, batch.lambda!), answers)
        const scores = players.domain!.apply([pairs], "train")
        const each = tf.softplus(tf.mul(scores, sign))
        return entropy ? weighted(each, sureness(answers)) : tf.mean(each)
      })
      const domain = tf.div(tf.add(losses[0]!, losses[1]!), 2) as tf.Scalar
      return { total: tf.add(task, domain), terms: { domain, task } }
    },
  }
}

/** `[batch, features]` and `[batch, classes]` to `[batch, features * classes]`. */
export function outerProduct(features: tf.Tensor2D, answers: tf.Tensor2D): tf.Tensor2D {
  const [rows, size] = features.shape
  const classes = answers.shape[1]
  const product = tf.mul(tf.reshape(features, [rows, size, 1]), tf.reshape(answers, [rows, 1, classes]))
  return tf.reshape(product, [rows, size * classes])
}

/** `1 + exp(-H(answer))` of each example, `[batch, 1]` (Long et al. 2018, equation 9). */
function sureness(answers: tf.Tensor2D): tf.Tensor2D {
  const entropy = tf.neg(tf.sum(tf.mul(answers, tf.log(tf.add(answers, 1e-8))), 1, true))
  return tf.add(1, tf.exp(tf.neg(entropy)))
}

function weighted(losses: tf.Tensor, weights: tf.Tensor): tf.Scalar {
  return tf.div(tf.sum(tf.mul(losses, weights)), tf.sum(weights))
}
