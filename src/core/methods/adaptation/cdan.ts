import * as tf from "@saddlepoint/engine/tf"
import type { Sweepable } from "../../contracts/axis.ts"
import type { Dataset } from "../../contracts/dataset.ts"
import { type Learn, learn } from "../../contracts/game.ts"
import type { ClassesMethod, MethodFacts } from "../../contracts/method.ts"
import { type Plugin, type Use, use } from "../../contracts/plugin.ts"
import type { AnyData, LabelsOf } from "../../contracts/sentence.ts"
import { reversed } from "../../layers/gradientReversal.ts"
import { stopGradient } from "../../layers/stopGradient.ts"
import { adversarial } from "../../losses/adversarial.ts"
import { objectiveOf } from "../../losses/compose.ts"
import { crossEntropy } from "../../losses/crossEntropy.ts"
import { entropyConditioned } from "../../losses/entropyConditioned.ts"
import {
  type AdversarialOptions,
  adversarialOptions,
  adversarialStage,
  classifyingAgainstDomains,
  domainTerms,
  judgeDomains,
} from "./adversarialStage.ts"
import {
  bothClassified,
  type ClassificationParts,
  type Classified,
  selecting,
  taskTerms,
} from "./classification.ts"
import { rates, type StrategySpec, strategyOptions, strategySlots } from "./strategy.ts"

type Parts = ClassificationParts & AdversarialOptions & { readonly data: Dataset }

export const cdanPlugin: Plugin<"method", ClassesMethod> = {
  kind: "method",
  name: "cdan",
  version: 2,
  options: { ...strategyOptions, ...adversarialOptions },
  slots: strategySlots([crossEntropy(), adversarial("bce")]),
  examples: [{}, { losses: [crossEntropy(), entropyConditioned()] }],
  build: (parts: Parts): ClassesMethod => ({
    data: parts.data,
    ...classifyingAgainstDomains(parts),
    stages(domains) {
      const features = parts.network.size(domains.source.train.fields.image!)
      const inputs = features * domains.classes.length
      return selecting(parts, domains, [adversarialStage(parts, domains, inputs, [move(parts)])])
    },
  }),
}

/**
 * Conditional domain-adversarial training (Long et al. 2018): as `dann`, but the domain classifier sees the outer product of
 * features and answers, so that domains are drawn together class by class. No gradient goes through the answers. The product is
 * taken whole, without the random projection for large ones; lambda follows DANN's schedule. CDAN+E is
 * `losses: [crossEntropy(), entropyConditioned()]`.
 */
export function cdan<const Data extends AnyData>(
  spec: StrategySpec<
    Data,
    {
      readonly [Key in keyof AdversarialOptions]?: Sweepable<AdversarialOptions[Key]>
    }
  >,
): Use<"method", MethodFacts<LabelsOf<Data>, "classes">> {
  return use(cdanPlugin, { ...(spec as object) })
}

function move(parts: Parts): Learn {
  const { optimiser, annealing, losses, together } = parts
  return learn({
    name: "classifier",
    learns: ["features", "classes", "domain"],
    optimiser,
    rate: rates[annealing],
    objective(scene) {
      const classified = bothClassified(scene, together)
      const lambda = scene.schedule("lambda")
      const seen = ({ features, logits }: Classified) =>
        outerProduct(reversed(features, lambda), stopGradient(tf.softmax(logits)))
      const judged = judgeDomains(scene, classified, seen, together)
      return objectiveOf([
        ...taskTerms(losses, scene, classified.source.logits),
        ...domainTerms(parts, judged.source, judged.target, scene),
      ])
    },
  })
}

/** `[batch, features]` and `[batch, classes]` to `[batch, features * classes]`. */
export function outerProduct(features: tf.Tensor2D, answers: tf.Tensor2D): tf.Tensor2D {
  const [rows, size] = features.shape
  const classes = answers.shape[1]
  const product = tf.mul(tf.reshape(features, [rows, size, 1]), tf.reshape(answers, [rows, 1, classes]))
  return tf.reshape(product, [rows, size * classes])
}
