import type {
  ClassifiedBatch,
  ClassMetric,
  Metering,
  MetricFacts,
  MetricWorld,
} from "@saddlepoint/core/contracts/metric"
import { type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import { softmax } from "./maths/adaptation/logits.ts"
import { requireFinite } from "./measures/judgedImages.ts"

export const unsupervisedScoresPlugin: Plugin<"metric", ClassMetric> = {
  kind: "metric",
  name: "unsupervisedScores",
  version: 1,
  options: {},
  build: (): ClassMetric => ({
    name: "unsupervisedScores",
    outputs: [
      { name: "informationMaximisation", higherIsBetter: true, unit: "nats", range: [0, Number.MAX_VALUE] },
      { name: "predictionEntropy", higherIsBetter: false, unit: "nats", range: [0, Number.MAX_VALUE] },
    ],
    judged: "classes",
    needsLabels: false,
    judges: {},
    begin: async (world) => meter(world),
  }),
}

/**
 * Scores of the target's answers that need no label: `predictionEntropy`, the mean entropy of single answers, and
 * `informationMaximisation` (Shi and Sha 2012, equation 3), the entropy of the mean answer minus that: high where each answer
 * is confident and all classes are answered. Neither is an accuracy: a classifier can be confident and wrong.
 */
export function unsupervisedScores(): Use<
  "metric",
  MetricFacts & {
    readonly needsLabels: false
    readonly judged: "classes"
    readonly outputs: "informationMaximisation" | "predictionEntropy"
  }
> {
  return use(unsupervisedScoresPlugin)
}

function meter(world: MetricWorld): Metering<ClassifiedBatch> {
  const classes = world.dataset.classes?.length ?? 0
  const total = new Float64Array(classes)
  let entropies = 0
  let images = 0
  return {
    async update({ domain, output }) {
      if (domain === "source") return
      const logits = (await output.data()) as Float32Array
      let sum = 0
      for (const value of logits) sum += value
      requireFinite(sum, "unsupervisedScores")
      for (let row = 0; row < output.shape[0]!; row++) {
        const shares = softmax(logits.subarray(row * classes, (row + 1) * classes), classes)
        entropies += entropy(shares)
        for (let at = 0; at < classes; at++) total[at]! += shares[at]!
        images++
      }
    },
    async compute() {
      if (images === 0) {
        throw new Error(
          "Expected at least 1 target image to judge for unsupervisedScores, but got 0; the test split is empty.",
        )
      }
      const predictionEntropy = entropies / images
      const marginal = entropy(total.map((share) => share / images))
      return {
        values: { informationMaximisation: Math.max(0, marginal - predictionEntropy), predictionEntropy },
        identity: {
          metric: "unsupervisedScores",
          version: unsupervisedScoresPlugin.version,
          classes,
          images,
          dataset: world.datasetDigest,
          split: "test",
          selection: world.selection ?? "last",
        },
      }
    },
    dispose() {},
  }
}

/** In nats; `0 log 0` is 0. */
function entropy(shares: Float64Array): number {
  return shares.reduce((sum, share) => (share > 0 ? sum - share * Math.log(share) : sum), 0)
}
