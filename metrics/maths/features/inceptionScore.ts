import { stream } from "@saddlepoint/engine/random"
import { type FeatureRows, rowReader } from "./featureRows.ts"

/**
 * How a package orders, splits and spreads:
 * - `torch-fidelity`: shuffled by a seed; split i holds rows `floor(i N / splits)` to `floor((i + 1) N / splits)`; standard
 *   deviation over splits divided by their number.
 * - `torchmetrics`: shuffled; splits of `ceil(N / splits)` rows, the last shorter, and fewer splits where rows run out;
 *   deviation divided by one less than their number, NaN for one split.
 * - `studiogan`: in the order given; split as torch-fidelity; deviation as torchmetrics.
 */
export type InceptionScoreConvention = "torch-fidelity" | "torchmetrics" | "studiogan"

export interface InceptionScoreOptions {
  readonly convention: InceptionScoreConvention
  /** 10 where left out, and 1 for `studiogan`. More splits lower the score. */
  readonly splits?: number
  /** Of the stream that shuffles; the order given where left out. */
  readonly seed?: number
}

export interface InceptionScore {
  /** In [1, classes]; higher is better. */
  readonly mean: number
  readonly deviation: number
  readonly perSplit: readonly number[]
}

/** Splits where none are asked for. */
export function usualSplits(convention: InceptionScoreConvention): number {
  return convention === "studiogan" ? 1 : 10
}

/**
 * Inception score (Salimans et al. 2016): `exp(mean KL(p(y|x) || p(y)))`, with `p(y)` the mean within the split, in float64.
 *
 * @param logits of a classifier, `[images, classes]`
 * @throws one sentence when there are no images, or fewer than splits
 */
export function inceptionScore(logits: FeatureRows, options: InceptionScoreOptions): InceptionScore {
  const { convention, splits = usualSplits(convention), seed } = options
  if (logits.count < splits || splits < 1) {
    throw new RangeError(
      `Expected at least one image for each of ${splits} splits of the inception score, but got ${logits.count}; ` +
        "judge more images or use fewer splits.",
    )
  }
  const places = Array.from({ length: logits.count }, (_, i) => i)
  const order = seed === undefined ? places : stream(seed, "inceptionScore").shuffle(places)
  const perSplit = splitsOf(order, splits, convention).map((split) => scoreOf(logits, split))
  const mean = perSplit.reduce((sum, score) => sum + score, 0) / perSplit.length
  const squares = perSplit.reduce((sum, score) => sum + (score - mean) ** 2, 0)
  const freedom = convention === "torch-fidelity" ? perSplit.length : perSplit.length - 1
  return { mean, deviation: Math.sqrt(squares / freedom), perSplit }
}

function splitsOf(
  order: readonly number[],
  splits: number,
  convention: InceptionScoreConvention,
): readonly (readonly number[])[] {
  const { length } = order
  if (convention === "torchmetrics") {
    const rows = Math.ceil(length / splits)
    return Array.from({ length: Math.ceil(length / rows) }, (_, i) => order.slice(i * rows, (i + 1) * rows))
  }
  const edge = (i: number) => Math.floor((i * length) / splits)
  return Array.from({ length: splits }, (_, i) => order.slice(edge(i), edge(i + 1)))
}

/** `exp(mean_x sum_y p(y|x) log p(y|x) - sum_y p(y) log p(y))`, where `0 log 0` is 0. */
function scoreOf(logits: FeatureRows, split: readonly number[]): number {
  const row = rowReader(logits)
  const marginal = new Float64Array(logits.size)
  const probabilities = new Float64Array(logits.size)
  let negativeEntropy = 0
  for (const place of split) {
    const values = row(place)
    let largest = Number.NEGATIVE_INFINITY
    for (const value of values) largest = Math.max(largest, value)
    let sum = 0
    for (let i = 0; i < values.length; i++) {
      probabilities[i] = Math.exp(values[i]! - largest)
      sum += probabilities[i]!
    }
    const logSum = Math.log(sum)
    for (let i = 0; i < values.length; i++) {
      const probability = probabilities[i]! / sum
      marginal[i]! += probability
      if (probability > 0) negativeEntropy += probability * (values[i]! - largest - logSum)
    }
  }
  const marginalEntropy = marginal.reduce((sum, total) => {
    const probability = total / split.length
    return probability > 0 ? sum - probability * Math.log(probability) : sum
  }, 0)
  // A divergence is not negative; rounding may make it so.
  return Math.exp(Math.max(0, negativeEntropy / split.length + marginalEntropy))
}
