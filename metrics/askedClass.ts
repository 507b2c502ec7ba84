import type { Judge } from "@saddlepoint/core/contracts/judge"
import type {
  ImageBatch,
  ImageMetric,
  Metering,
  MetricFacts,
  MetricOutput,
  MetricWorld,
} from "@saddlepoint/core/contracts/metric"
import { type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import { domainClassifier } from "./judges/domainClassifier.ts"
import { sharedRows, tapOf } from "./judges/tap.ts"
import { answersOf } from "./maths/adaptation/logits.ts"
import { requireFinite } from "./measures/judgedImages.ts"

export interface AskedClassOptions {
  /** The judge that tells the class of an image; it never sees what was asked for. */
  readonly classifier?: Use<"judge">
}

const outputs: readonly MetricOutput[] = [
  { name: "askedClass", higherIsBetter: true, unit: "share", range: [0, 1], best: 1 },
]

export const askedClassPlugin: Plugin<"metric", ImageMetric> = {
  kind: "metric",
  name: "askedClass",
  version: 1,
  options: {},
  slots: { classifier: { kind: "judge", default: domainClassifier() } },
  build: ({ classifier }: { readonly classifier: Judge }): ImageMetric => ({
    name: "askedClass",
    outputs,
    judged: "images",
    needsLabels: true,
    needsAskedClass: true,
    judges: { classifier },
    begin: async (world) => meter(world, classifier.task),
  }),
}

/**
 * Share of generated images that are of the class that was asked for, by an independent judge (Miyato and Koyama 2018, section 4.1, call it the accuracy
 * of conditioning). In [0, 1]; the ceiling is the judge's own accuracy on real images, which stands with its exam. Needs a method that is told
 * classes.
 */
export function askedClass(options: AskedClassOptions = {}): Use<
  "metric",
  MetricFacts & {
    readonly needsLabels: true
    readonly judged: "images"
    readonly outputs: "askedClass"
  }
> {
  return use(askedClassPlugin, { ...options })
}

function meter({ judges, dataset, datasetDigest }: MetricWorld, task: string): Metering<ImageBatch> {
  const judge = judges.classifier
  if (judge === undefined) {
    throw new Error(
      "Expected the trained judge classifier for askedClass, but got none; train the metric's judges first.",
    )
  }
  const from = tapOf(judge.player, "logits", "askedClass")
  const classes = dataset.classes?.length ?? 0
  let [images, right] = [0, 0]
  return {
    async update({ output, labels }) {
      const count = output.shape[0]!
      if (labels === undefined || labels.shape.join() !== String(count)) {
        throw new Error(
          "Expected a class that was asked for with every image for askedClass, but got none; judge a conditional method, or leave the metric out.",
        )
      }
      const logits = await sharedRows(from, output)
      requireFinite(
        logits.reduce((sum, value) => sum + value, 0),
        "askedClass",
      )
      const [asked, found] = [await labels.data(), answersOf(logits, classes)]
      for (let at = 0; at < count; at++) if (found[at] === asked[at]) right++
      images += count
    },
    async compute() {
      if (images === 0)
        throw new Error("Expected images to judge for askedClass, but got none; judge at least one.")
      return {
        values: { askedClass: right / images },
        identity: {
          metric: "askedClass",
          version: askedClassPlugin.version,
          judge: judge.digest,
          task,
          tap: from.description,
          values: "-1..1",
          images,
          dataset: datasetDigest,
        },
      }
    },
    dispose() {},
  }
}
