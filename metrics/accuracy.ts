import type {
  ClassifiedBatch,
  ClassMetric,
  Metering,
  MetricFacts,
  MetricOutput,
  MetricWorld,
} from "@saddlepoint/core/contracts/metric"
import { type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import { classAccuracies } from "./maths/adaptation/accuracy.ts"
import { addConfusion, type Confusion, noConfusion } from "./maths/adaptation/confusion.ts"
import { answersOf } from "./maths/adaptation/logits.ts"
import { requireFinite } from "./measures/judgedImages.ts"

const share = (name: string): MetricOutput => ({
  name,
  higherIsBetter: true,
  unit: "share",
  range: [0, 1],
  best: 1,
})

export const accuracyPlugin: Plugin<"metric", ClassMetric> = {
  kind: "metric",
  name: "accuracy",
  version: 1,
  options: {},
  build: (): ClassMetric => ({
    name: "accuracy",
    outputs: [share("targetAccuracy"), share("targetClassAccuracy"), share("sourceAccuracy")],
    judged: "classes",
    needsLabels: true,
    judges: {},
    begin: async (world) => meter(world),
  }),
}

/**
 * Share of right answers on the target's test split (`targetAccuracy`), its mean over classes (`targetClassAccuracy`), and the
 * share on the source's test split (`sourceAccuracy`). Needs a target whose labels are known to the judge.
 */
export function accuracy(): Use<
  "metric",
  MetricFacts & {
    readonly needsLabels: true
    readonly judged: "classes"
    readonly outputs: "targetAccuracy" | "targetClassAccuracy" | "sourceAccuracy"
  }
> {
  return use(accuracyPlugin)
}

function meter(world: MetricWorld): Metering<ClassifiedBatch> {
  const classes = world.dataset.classes?.length ?? 0
  const counts: Record<ClassifiedBatch["domain"], Confusion> = {
    source: noConfusion(classes),
    target: noConfusion(classes),
  }
  return {
    async update({ domain, output, label }) {
      if (label === undefined) {
        throw new Error(
          `Expected labels of the ${domain} to judge accuracy, but it has none; use a metric that needs no labels (unsupervisedScores).`,
        )
      }
      const logits = (await output.data()) as Float32Array
      let sum = 0
      for (const value of logits) sum += value
      requireFinite(sum, "accuracy")
      const found = answersOf(logits, classes)
      counts[domain] = addConfusion(counts[domain], await label.data(), found)
    },
    async compute() {
      const target = classAccuracies(counts.target, 0.05)
      const source = classAccuracies(counts.source, 0.05)
      return {
        values: {
          targetAccuracy: target.accuracy,
          targetClassAccuracy: target.meanOfClasses,
          sourceAccuracy: source.accuracy,
        },
        identity: {
          metric: "accuracy",
          version: accuracyPlugin.version,
          classes,
          images: target.count,
          sourceImages: source.count,
          dataset: world.datasetDigest,
          split: "test",
          selection: world.selection ?? "last",
        },
      }
    },
    dispose() {},
  }
}
