import type { ImageMetric } from "@saddlepoint/core/contracts/metric"
import { type Options, type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { domainClassifier } from "./judges/domainClassifier.ts"
import { between } from "./judges/judgeOptions.ts"
import { inceptionScore as scoreLogits } from "./maths/features/inceptionScore.ts"
import { type SetFacts, setMetric } from "./measures/setMetric.ts"

interface Choices {
  /** Parts whose scores are averaged; more of them lower the score. */
  readonly splits: number
}

export interface InceptionScoreOptions extends Partial<Options<Choices>> {
  /** The judge whose logits are scored. */
  readonly classifier?: Use<"judge">
}

export const inceptionScorePlugin: Plugin<"metric", ImageMetric> = setMetric<Choices>({
  plugin: "inceptionScore",
  version: 1,
  outputs: [{ name: "inceptionScore", higherIsBetter: true, unit: "", range: [1, Number.MAX_VALUE] }],
  options: { splits: between(1, 1000).pipe(Schema.withDecodingDefaultKey(Effect.succeed(1))) },
  slot: { name: "classifier", default: domainClassifier(), tap: "logits" },
  conventions: ({ splits }) => ({ splits, order: "as generated" }),
  least: (_size, { splits }) => splits,
  alone: (generated, { splits }) => ({
    inceptionScore: scoreLogits(generated, { convention: "torch-fidelity", splits }).mean,
  }),
})

/**
 * Inception score (Salimans et al. 2016) of the generated test images under a judge that classifies them: high where each
 * image is classified with confidence and the classes are predicted equally often. In [1, classes]; higher is better. By default the judge is a small
 * classifier trained on this dataset, whose scores are never comparable with those of Inception.
 */
export function inceptionScore(
  options: InceptionScoreOptions = {},
): Use<"metric", SetFacts<"inceptionScore">> {
  return use(inceptionScorePlugin, { ...options })
}
