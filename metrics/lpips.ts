import type { OpenNetwork } from "@saddlepoint/core/contracts/givenNetwork"
import type { Judge } from "@saddlepoint/core/contracts/judge"
import type { Metering, MetricWorld, PairBatch, PairMetric } from "@saddlepoint/core/contracts/metric"
import { type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import type * as tf from "@saddlepoint/engine/tf"
import { type LpipsPlayer, lpipsNetwork } from "./judges/lpipsNetwork.ts"
import { pairShape, requireFinite } from "./measures/judgedImages.ts"
import type { PairFacts } from "./measures/pairMetric.ts"
import type { Images } from "./resize/images.ts"

export interface LpipsOptions {
  /** The judge of pairs. */
  readonly network?: Use<"judge">
}

export const lpipsPlugin: Plugin<"metric", PairMetric> = {
  kind: "metric",
  name: "lpips",
  version: 1,
  options: {},
  slots: { network: { kind: "judge", default: lpipsNetwork() } },
  build: ({ network }: { readonly network: Judge }): PairMetric => ({
    name: "lpips",
    outputs: [{ name: "lpips", higherIsBetter: false, unit: "", range: [0, Number.MAX_VALUE] }],
    judged: "pairs",
    needsLabels: false,
    judges: { network },
    begin: async (world) => meter(world),
  }),
}

/**
 * Learned perceptual distance between outputs and targets (LPIPS 0.1; Zhang et al. 2018), mean over images; lower is better.
 * Needs weights in the folder of weights: a run without them says where they are obtained.
 */
export function lpips(options: LpipsOptions = {}): Use<"metric", PairFacts<"lpips">> {
  return use(lpipsPlugin, { ...options })
}

function meter(world: MetricWorld): Metering<PairBatch> {
  const judge: OpenNetwork | undefined = world.judges.network
  if (judge === undefined) {
    throw new Error(
      "Expected the trained judge network for lpips, but got none; train the metric's judges first.",
    )
  }
  const { lpips: network } = judge.player as LpipsPlayer
  let sum = 0
  let images = 0
  return {
    async update(judged) {
      pairShape(judged, "lpips")
      const [output, target] = await Promise.all([inColour(judged.output), inColour(judged.target)])
      let total = 0
      for (const value of output.values) total += value
      requireFinite(total, "lpips")
      for (const distance of (await network.distances(output, target)).total) sum += distance
      images += output.shape[0]
    },
    async compute() {
      if (images === 0) {
        throw new Error("Expected at least 1 image to judge for lpips, but got 0; the test split is empty.")
      }
      return {
        values: { lpips: sum / images },
        identity: {
          metric: "lpips",
          version: lpipsPlugin.version,
          judge: judge.digest,
          tap: network.description,
          values: "-1..1",
          quantisation: "none",
          resize: network.chain.normalisation.name,
          reduction: "mean over images",
          images,
          dataset: world.datasetDigest,
        },
      }
    },
    dispose() {},
  }
}

/** A batch on the host, grey images in three equal channels. */
async function inColour(tensor: tf.Tensor): Promise<Images> {
  const [count, height, width, channels] = tensor.shape as [number, number, number, number]
  const values = (await tensor.data()) as Float32Array
  const shape = [count, height, width, 3] as const
  if (channels === 3) return { values, shape, range: "-1..1" }
  const three = Float32Array.from({ length: values.length * 3 }, (_, i) => values[Math.floor(i / 3)]!)
  return { values: three, shape, range: "-1..1" }
}
