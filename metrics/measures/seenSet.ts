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

/** A measure, by its name in `SetMeasures`. */
export type MeasureName = keyof SetMeasures

/** What could be measured, and why what is missing could not. */
export interface MeasuredSets {
  readonly values: Readonly<Record<string, number>>
  readonly failures: Readonly<Partial<Record<MeasureName, Error>>>
}

/**
 * Every measure's values by name.
 * @throws one sentence when a side has too few images, or moments alone are asked for more than `fid`
 */
export function compareSeen(
  real: SeenSet | ReferenceMoments,
  generated: SeenSet | ReferenceMoments,
  measures: SetMeasures,
): Record<string, number> {
  const { values, failures } = measureSeen(real, generated, measures)
  const [failure] = Object.values(failures)
  if (failure !== undefined) throw failure
  return { ...values }
}

/** As `compareSeen`, but a measure that cannot be had takes none of the others along. */
export function measureSeen(
  real: SeenSet | ReferenceMoments,
  generated: SeenSet | ReferenceMoments,
  measures: SetMeasures,
): MeasuredSets {
  let values: Record<string, number> = {}
  const failures: Partial<Record<MeasureName, Error>> = {}
  let known: number | undefined
  const distance = () => {
    known ??= frechetDistance(momentsIn(real), momentsIn(generated))
    return known
  }
  const attempt = <T>(
    name: MeasureName,
    options: T | undefined,
    run: (options: T) => typeof values,
  ): void => {
    if (options === undefined) return
    try {
      values = { ...values, ...run(options) }
    } catch (cause) {
      failures[name] = cause instanceof Error ? cause : new Error(String(cause))
    }
  }
  attempt("fid", measures.fid, () => ({ fid: distance() }))
  attempt("mifid", measures.mifid, ({ threshold }) => {
    const [first, second] = [keptRows(real, "mifid"), keptRows(generated, "mifid")]
    return { mifid: memorisationPenalty(first, second, threshold).of(distance()) }
  })
  attempt("kid", measures.kid, (kid) => {
    const [first, second] = [keptRows(generated, "kid"), keptRows(real, "kid")]
    if (kid === "all pairs") return { kid: fullKid(first, second) }
    const { mean, deviation } = subsetKid(first, second, kid)
    return { kid: mean, kidDeviation: deviation }
  })
  attempt("precisionRecall", measures.precisionRecall, (balls) => {
    return {
      ...precisionRecall(keptRows(real, "precisionRecall"), keptRows(generated, "precisionRecall"), balls),
    }
  })
  attempt("inceptionScore", measures.inceptionScore, (score) => {
    const { mean, deviation } = inceptionScore(keptLogits(generated), score)
    return { inceptionScore: mean, inceptionScoreDeviation: deviation }
  })
  return { values, failures }
}

function momentsIn(set: SeenSet | ReferenceMoments): Gaussian {
  return "gaussian" in set ? set.gaussian : settledMoments(set.moments)
}

function keptLogits(set: SeenSet | ReferenceMoments): FeatureRows {
  if ("logits" in set && set.logits !== undefined) return set.logits
  throw new Error(
    "Expected the generated images for an inception score, but got moments alone; give the images.",
  )
}

function keptRows(set: SeenSet | ReferenceMoments, measure: string): FeatureRows {
  if ("rows" in set && set.rows !== undefined) return set.rows
  throw new Error(
    `Expected sets with the vectors of their images for ${measure}, but got moments alone; give the images, or measure fid only.`,
  )
}
