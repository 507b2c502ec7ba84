import { addRows, type FeatureRows, mergeRows, noRows } from "../maths/features/featureRows.ts"
import { frechetDistance, type Gaussian } from "../maths/features/frechet.ts"
import { type InceptionScoreOptions, inceptionScore } from "../maths/features/inceptionScore.ts"
import { fullKid, type KidSubsets, subsetKid } from "../maths/features/kernelInceptionDistance.ts"
import { memorisationPenalty } from "../maths/features/memorisation.ts"
import {
  addVectors,
  mergeMoments,
  noMoments,
  type RunningMoments,
  settledMoments,
} from "../maths/features/moments.ts"
import { type PrecisionRecallOptions, precisionRecall } from "../maths/features/precisionRecall.ts"

/** What is to be measured of two sets, each with its conventions. */
export interface SetMeasures {
  /** Frechet distance: `fid`. */
  readonly fid?: true
  /** `kid` and `kidDeviation` over subsets, or `kid` over all pairs. */
  readonly kid?: KidSubsets | "all pairs"
  /** `precision`, `recall`, `density`, `coverage`. */
  readonly precisionRecall?: PrecisionRecallOptions
  /** `inceptionScore` and `inceptionScoreDeviation` of the generated images; needs logits. */
  readonly inceptionScore?: InceptionScoreOptions
  /** `mifid`: the Frechet distance over how near generated images come to real ones, up to this distance. */
  readonly mifid?: { readonly threshold: number }
}

/** What is kept of a set while its images pass: moments always, vectors only where a measure compares them. */
export interface SeenSet {
  readonly moments: RunningMoments
  readonly rows?: FeatureRows
  readonly logits?: FeatureRows
}

/** Vectors of some images, row-major `[images, size]`. */
export interface SeenBatch {
  readonly features: Float32Array | Float64Array
  readonly logits?: Float32Array | Float64Array
}

/**
 * A set of which nothing was seen.
 * @param size features of each image
 * @param classes logits of each image, where an inception score is to be measured
 */
export function noneSeen(size: number, measures: SetMeasures, classes?: number): SeenSet {
  const { kid, precisionRecall: balls, mifid, inceptionScore: score } = measures
  const keeps = kid !== undefined || balls !== undefined || mifid !== undefined
  if (score !== undefined && classes === undefined) {
    throw new Error(
      "Expected the number of classes for an inception score, but got none; ask the network for its logits.",
    )
  }
  return {
    moments: noMoments(size),
    ...(keeps ? { rows: noRows(size) } : {}),
    ...(score !== undefined ? { logits: noRows(classes!) } : {}),
  }
}

/** Adds images. Vectors that are kept are not copied: leave them alone. */
export function see(set: SeenSet, { features, logits }: SeenBatch): SeenSet {
  if (set.logits !== undefined && logits === undefined) {
    throw new Error("Expected logits beside the features for an inception score, but got none.")
  }
  return {
    moments: addVectors(set.moments, features),
    ...(set.rows === undefined ? {} : { rows: addRows(set.rows, features) }),
    ...(set.logits === undefined ? {} : { logits: addRows(set.logits, logits!) }),
  }
}

/** The images of both, in this order. */
export function mergeSeen(a: SeenSet, b: SeenSet): SeenSet {
  return {
    moments: mergeMoments(a.moments, b.moments),
    ...(a.rows === undefined || b.rows === undefined ? {} : { rows: mergeRows(a.rows, b.rows) }),
    ...(a.logits === undefined || b.logits === undefined ? {} : { logits: mergeRows(a.logits, b.logits) }),
  }
}

/** A reference of which only the moments are known, e.g. from a file of statistics. */
export type ReferenceMoments = { readonly gaussian: Gaussian }

/**
 * Every measure's values by name.
 * @throws one sentence when a side has too few images, or a reference of moments is asked for more than `fid`
 */
export function compareSeen(
  real: SeenSet | ReferenceMoments,
  generated: SeenSet,
  measures: SetMeasures,
): Record<string, number> {
  const values: Record<string, number> = {}
  const { fid, kid, precisionRecall: balls, inceptionScore: score, mifid } = measures
  if (fid !== undefined || mifid !== undefined) {
    const reference = "gaussian" in real ? real.gaussian : settledMoments(real.moments)
    const distance = frechetDistance(reference, settledMoments(generated.moments))
    if (fid !== undefined) values.fid = distance
    if (mifid !== undefined) {
      const [first, second] = [keptRows(real, "mifid"), keptRows(generated, "mifid")]
      values.mifid = memorisationPenalty(first, second, mifid.threshold).of(distance)
    }
  }
  if (kid !== undefined) {
    const [first, second] = [keptRows(generated, "kid"), keptRows(real, "kid")]
    if (kid === "all pairs") values.kid = fullKid(first, second)
    else {
      const { mean, deviation } = subsetKid(first, second, kid)
      Object.assign(values, { kid: mean, kidDeviation: deviation })
    }
  }
  if (balls !== undefined) {
    const rows = [keptRows(real, "precisionRecall"), keptRows(generated, "precisionRecall")] as const
    Object.assign(values, precisionRecall(...rows, balls))
  }
  if (score !== undefined) {
    const { mean, deviation } = inceptionScore(generated.logits!, score)
    Object.assign(values, { inceptionScore: mean, inceptionScoreDeviation: deviation })
  }
  return values
}

function keptRows(set: SeenSet | ReferenceMoments, measure: string): FeatureRows {
  if ("rows" in set && set.rows !== undefined) return set.rows
  throw new Error(
    `Expected a reference with the vectors of its images for ${measure}, but got moments alone; give the images, or measure fid only.`,
  )
}
