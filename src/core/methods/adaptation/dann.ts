import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Sweepable } from "../../contracts/axis.ts"
import type { Dataset } from "../../contracts/dataset.ts"
import { type Learn, learn, type Scene } from "../../contracts/game.ts"
import type { ClassesMethod, MethodFacts } from "../../contracts/method.ts"
import { type Plugin, type Use, use } from "../../contracts/plugin.ts"
import type { AnyData, LabelsOf } from "../../contracts/sentence.ts"
import { reversed } from "../../layers/gradientReversal.ts"
import { adversarial } from "../../losses/adversarial.ts"
import { objectiveOf, type Term } from "../../losses/compose.ts"
import { crossEntropy } from "../../losses/crossEntropy.ts"
import {
  type AdversarialOptions,
  adversarialOptions,
  adversarialStage,
  classifyingAgainstDomains,
  domainTerms,
  judgeDomains,
} from "./adversarialStage.ts"
import { bothClassified, type ClassificationParts, selecting, taskTerms } from "./classification.ts"
import { rates, type StrategySpec, strategyOptions, strategySlots } from "./strategy.ts"

interface DannOptions extends AdversarialOptions {
  /**
   * `reversal`: one step for all, through the gradient reversal layer, as in the paper. `alternating`: the domain classifier
   * takes a step first, then features and classes take theirs against it.
   */
  readonly form: "reversal" | "alternating"
}

type Parts = ClassificationParts & DannOptions & { readonly data: Dataset }

export const dannPlugin: Plugin<"method", ClassesMethod> = {
  kind: "method",
  name: "dann",
  version: 2,
  options: {
    ...strategyOptions,
    ...adversarialOptions,
    form: Schema.Literals(["reversal", "alternating"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed("reversal" as const)),
    ),
  },
  slots: strategySlots([crossEntropy(), adversarial("bce")]),
  examples: [{ form: "reversal" }, { form: "alternating" }],
  build: (parts: Parts): ClassesMethod => ({
    data: parts.data,
    ...classifyingAgainstDomains(parts),
    stages(domains) {
      const inputs = parts.network.size(domains.source.train.fields.image!)
      const moves = parts.form === "reversal" ? [reversalMove(parts)] : alternatingMoves(parts)
      return selecting(parts, domains, [adversarialStage(parts, domains, inputs, moves)])
    },
  }),
}

/**
 * Domain-adversarial training (Ganin and Lempitsky 2015; Ganin et al. 2016): a domain classifier learns to tell source
 * features from target features, and the features learn to keep it from doing so. Lambda scales only what reaches the
 * features; the domain classifier learns from its whole loss.
 */
export function dann<const Data extends AnyData>(
  spec: StrategySpec<Data, { readonly [Key in keyof DannOptions]?: Sweepable<DannOptions[Key]> }>,
): Use<"method", MethodFacts<LabelsOf<Data>, "classes">> {
  return use(dannPlugin, { ...(spec as object) })
}

function reversalMove(parts: Parts): Learn {
  const { optimiser, annealing, losses, together } = parts
  return learn({
    name: "classifier",
    learns: ["features", "classes", "domain"],
    optimiser,
    rate: rates[annealing],
    objective(scene) {
      const classified = bothClassified(scene, together)
      const lambda = scene.schedule("lambda")
      const judged = judgeDomains(scene, classified, ({ features }) => reversed(features, lambda), together)
      return objectiveOf([
        ...taskTerms(losses, scene, classified.source.logits),
        ...domainTerms(parts, judged.source, judged.target, scene),
      ])
    },
  })
}

function alternatingMoves(parts: Parts): Learn[] {
  const { optimiser, annealing, losses, together } = parts
  const told = (scene: Scene) => {
    const classified = bothClassified(scene, together)
    const judged = judgeDomains(scene, classified, ({ features }) => features, together)
    const domain = domainTerms(parts, judged.source, judged.target, scene)
    return { logits: classified.source.logits, domain }
  }
  /** The features learn to raise the domain classifier's loss. */
  const confusing = (scene: Scene, { value }: Term): Term => ({
    name: "confusion",
    value: tf.neg(value) as tf.Scalar,
    weight: scene.schedule("lambda"),
  })
  const shared = { optimiser, rate: rates[annealing] }
  return [
    learn({
      ...shared,
      name: "domain",
      learns: ["domain"],
      objective: (scene) => objectiveOf(told(scene).domain),
    }),
    learn({
      ...shared,
      name: "classifier",
      learns: ["features", "classes"],
      objective(scene) {
        const { logits, domain } = told(scene)
        const confusion = domain.map((term) => confusing(scene, term))
        return objectiveOf([...taskTerms(losses, scene, logits), ...confusion])
      },
    }),
  ]
}
