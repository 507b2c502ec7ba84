import { createHash } from "node:crypto"
import type { MetricIdentity } from "@saddlepoint/core/contracts/metric"
import { stream } from "@saddlepoint/engine/random"
import { rowsOf } from "../features/kernel.ts"
import { decisions, type LinearClassifier, logisticRegression } from "./logisticRegression.ts"

/**
 * Which rows train the domain classifier and which test it. `stored`: a permutation of all rows, source before target,
 * whose first `train` train. `seeded`: that permutation drawn from a stream of the seed, `trainShare` of it (above 0,
 * below 1) training.
 */
export type DomainSplit =
  | { readonly kind: "stored"; readonly order: ArrayLike<number>; readonly train: number }
  | { readonly kind: "seeded"; readonly seed: number; readonly trainShare: number }

export interface ProxyADistance {
  /** `2 (1 - 2 e)`: 2 for domains told apart without error, 0 for chance, negative for worse than chance. */
  readonly distance: number
  /** The distance, or 0 where it is negative. */
  readonly clipped: number
  /** Share of the held-out rows that the classifier puts into the wrong domain. */
  readonly testError: number
  readonly trainError: number
  /** The classifier: float64 `[size]`; above 0 is source. */
  readonly weights: Float64Array
  readonly intercept: number
  /** Classifier, split and sizes: distances are compared only where they are equal. */
  readonly identity: MetricIdentity
}

/** Weight of the losses against the squared weights. */
const c = 1

/**
 * Proxy A-distance of two domains (Ben-David et al. 2007; Ganin et al. 2016, section 5.1): the held-out error of a
 * converged logistic regression, source against target, as a distance.
 *
 * @param source, target `[rows, size]`, row-major
 */
export function proxyADistance(
  source: ArrayLike<number>,
  target: ArrayLike<number>,
  size: number,
  split: DomainSplit,
): ProxyADistance {
  const { training, test, order, sourceRows, targetRows } = domainRows(source, target, size, split)
  const classifier = logisticRegression(training.values, training.labels, size, c)
  const testError = errorOn(test, classifier)
  const distance = aDistanceOfError(testError)
  return {
    distance,
    clipped: Math.max(0, distance),
    testError,
    trainError: errorOn(training, classifier),
    ...classifier,
    identity: {
      metric: "proxyADistance",
      classifier: `logistic regression, C ${c}, free intercept, converged by Newton's method, float64`,
      split: split.kind,
      ...(split.kind === "seeded" ? { splitSeed: split.seed } : { order: digestOf(order) }),
      trainRows: training.labels.length,
      sourceRows,
      targetRows,
      features: size,
    },
  }
}

/** `2 (1 - 2 error)`: the proxy A-distance of a domain classifier with this held-out error. */
export function aDistanceOfError(error: number): number {
  return 2 * (1 - 2 * error)
}

/** Rows of both domains, float64 `[rows, size]`, with label 1 for source and 0 for target. */
export interface DomainRows {
  readonly values: Float64Array
  readonly labels: readonly number[]
}

/** The rows that train the domain classifier and those that test it. Throws one sentence where either are none. */
export function domainRows(
  source: ArrayLike<number>,
  target: ArrayLike<number>,
  size: number,
  split: DomainSplit,
) {
  const sourceRows = rowsOf(source, size, 1)
  const targetRows = rowsOf(target, size, 1)
  const { order, train } = splitRows(split, sourceRows + targetRows)
  const part = (chosen: readonly number[]): DomainRows => {
    const values = new Float64Array(chosen.length * size)
    chosen.forEach((row, at) => {
      const [from, start] = row < sourceRows ? [source, row * size] : [target, (row - sourceRows) * size]
      for (let k = 0; k < size; k++) values[at * size + k] = from[start + k]!
    })
    return { values, labels: chosen.map((row) => (row < sourceRows ? 1 : 0)) }
  }
  return {
    training: part(order.slice(0, train)),
    test: part(order.slice(train)),
    order,
    sourceRows,
    targetRows,
  }
}

function errorOn({ values, labels }: DomainRows, classifier: LinearClassifier): number {
  const found = decisions(classifier, values)
  return labels.filter((label, i) => (found[i]! > 0 ? 1 : 0) !== label).length / labels.length
}

function splitRows(split: DomainSplit, rows: number): { order: number[]; train: number } {
  const counted = Array.from({ length: rows }, (_, i) => i)
  const order =
    split.kind === "stored"
      ? Array.from(split.order)
      : stream(split.seed, "proxyADistance", "split").shuffle(counted)
  const train = split.kind === "stored" ? split.train : Math.round(split.trainShare * rows)
  const seen = new Set(order.filter((row) => Number.isInteger(row) && row >= 0 && row < rows))
  if (order.length !== rows || seen.size !== rows || !(train >= 1 && train < rows)) {
    throw new RangeError(
      `Expected a split of all ${rows} rows with some on either side, but got ${seen.size} of them, ${train} training; store the split for these samples or take a seeded one.`,
    )
  }
  return { order, train }
}

function digestOf(order: readonly number[]): string {
  return createHash("sha256").update(JSON.stringify(order)).digest("hex")
}
