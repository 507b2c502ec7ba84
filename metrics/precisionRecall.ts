import type { ImageMetric, MetricOutput } from "@saddlepoint/core/contracts/metric"
import { type Options, type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { domainFeatures } from "./judges/domainFeatures.ts"
import { between } from "./judges/judgeOptions.ts"
import { precisionRecallAmong } from "./maths/features/precisionRecall.ts"
import { type Reference, type SetFacts, setMetric } from "./measures/setMetric.ts"

interface Choices {
  /** The neighbour whose distance is a ball's radius: 5, as Naeem et al. 2020 use for all four. */
  readonly neighbours: number
  /** Whether a ball's surface is inside. They differ where features are equal. */
  readonly inside: "<" | "<="
}

export interface PrecisionRecallOptions extends Partial<Options<Choices>> {
  /** The judge whose features are compared. */
  readonly features?: Use<"judge">
}

const share = (name: string, most = 1): MetricOutput => ({
  name,
  higherIsBetter: true,
  unit: "share",
  range: [0, most],
})

export const precisionRecallPlugin: Plugin<"metric", ImageMetric> = setMetric<Choices>({
  plugin: "precisionRecall",
  version: 2,
  mostReal: 10_000,
  outputs: [share("precision"), share("recall"), share("density", Number.MAX_VALUE), share("coverage")],
  options: {
    neighbours: between(1, 1000).pipe(Schema.withDecodingDefaultKey(Effect.succeed(5))),
    inside: Schema.Literals(["<", "<="]).pipe(Schema.withDecodingDefaultKey(Effect.succeed("<" as const))),
  },
  slot: { name: "features", default: domainFeatures(), tap: "features" },
  conventions: ({ neighbours, inside }) => ({
    neighbours,
    inside: `distance ${inside} radius`,
    distances: "Euclidean, compared as in float64",
  }),
  least: (_size, { neighbours }) => neighbours + 1,
  reference(real, options) {
    const among = precisionRecallAmong(real, options)
    const measured: Reference = (generated) => ({ ...among.of(generated) })
    measured.resampled = (generated, counts) => among.ofCounted(generated, counts).map((of) => ({ ...of }))
    return measured
  },
})

/**
 * Precision and recall (Kynkaanniemi et al. 2019), density and coverage (Naeem et al. 2020) of the generated test images
 * among all real training images, or 10,000 of them, evenly spread, as is usual. Higher is better; density may exceed 1. With `neighbours: 3, inside: "<="` precision and
 * recall follow NVIDIA's reference.
 */
export function precisionRecall(
  options: PrecisionRecallOptions = {},
): Use<"metric", SetFacts<"precision" | "recall" | "density" | "coverage">> {
  return use(precisionRecallPlugin, { ...options })
}
