import type { Judge } from "@saddlepoint/core/contracts/judge"
import type {
  Metering,
  MetricFacts,
  MetricOutput,
  MetricWorld,
  PairBatch,
  PairMetric,
} from "@saddlepoint/core/contracts/metric"
import { type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import * as tf from "@saddlepoint/engine/tf"
import { segmenter } from "./judges/segmenter.ts"
import { countConfusion } from "./maths/adaptation/confusion.ts"
import { fcnScore } from "./maths/images/fcnScore.ts"
import { pairShape, requireFinite } from "./measures/judgedImages.ts"

export interface LabelConsistencyOptions {
  /** The judge that segments the generated images. */
  readonly segmenter?: Use<"judge">
}

const outputs: readonly MetricOutput[] = ["pixelAccuracy", "classAccuracy", "classIou"].map((name) => ({
  name,
  higherIsBetter: true,
  unit: "share",
  range: [0, 1],
}))

export const labelConsistencyPlugin: Plugin<"metric", PairMetric> = {
  kind: "metric",
  name: "labelConsistency",
  version: 1,
  options: {},
  slots: { segmenter: { kind: "judge", default: segmenter() } },
  build: ({ segmenter: judge }: { readonly segmenter: Judge }): PairMetric => ({
    name: "labelConsistency",
    outputs,
    judged: "pairs",
    needsLabels: true,
    judges: { segmenter: judge },
    begin: async (world) => meter(world, judge.task),
  }),
}

/**
 * Whether a segmenter trained on real images finds in the generated ones the label map that they were made from: the
 * FCN score of pix2pix (Isola et al. 2017) as `pixelAccuracy`, `classAccuracy` and `classIou`, each in [0, 1], higher
 * is better. Read it beside the real images' score, its ceiling. Needs label maps.
 */
export function labelConsistency(options: LabelConsistencyOptions = {}): Use<
  "metric",
  MetricFacts & {
    readonly needsLabels: true
    readonly judged: "pairs"
    readonly outputs: "pixelAccuracy" | "classAccuracy" | "classIou"
  }
> {
  return use(labelConsistencyPlugin, { ...options })
}

async function meter(world: MetricWorld, task: string): Promise<Metering<PairBatch>> {
  const judge = world.judges.segmenter
  const classes = world.dataset.classes?.length
  if (judge === undefined) {
    throw new Error(
      "Expected the trained judge segmenter for labelConsistency, but got none; train the metric's judges first.",
    )
  }
  if (classes === undefined) {
    throw new Error(
      "Expected a dataset with label maps for labelConsistency, but it has none; leave the metric out, or use a dataset with labels.",
    )
  }
  const confusion = new Float64Array(classes * classes)
  let images = 0
  return {
    async update(judged) {
      pairShape(judged, "labelConsistency")
      if (judged.labels === undefined) {
        throw new Error("Expected label maps in the batch for labelConsistency, but got none.")
      }
      const { classOf, sum } = tf.tidy(() => {
        const { classLogits } = judge.player.apply({ image: judged.output }, "evaluate")
        return { classOf: tf.argMax(classLogits!, -1), sum: tf.sum(classLogits!) }
      })
      try {
        requireFinite((await sum.data())[0]!, "labelConsistency")
        countConfusion(confusion, classes, await judged.labels.data(), await classOf.data())
      } finally {
        tf.dispose([classOf, sum])
      }
      images += judged.output.shape[0]!
    },
    async compute() {
      const { pixelAccuracy, classAccuracy, classIou } = fcnScore(confusion, classes)
      return {
        values: { pixelAccuracy, classAccuracy, classIou },
        identity: {
          metric: "labelConsistency",
          version: labelConsistencyPlugin.version,
          judge: judge.digest,
          task,
          values: "-1..1",
          resize: "none",
          score:
            "pix2pix FCN score over one confusion matrix; absent classes count as 0; labels outside the classes are void",
          classes,
          images,
          dataset: world.datasetDigest,
        },
      }
    },
    dispose() {},
  }
}
