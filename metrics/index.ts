/** How images are judged: metrics, the networks that judge, statistics over seeds, verdicts. */

export { judges, metrics } from "./catalogue.ts"
export { countConfusion } from "./confusion.ts"
export { type FcnScore, fcnScore } from "./fcnScore.ts"
export { frechetDistance, type Gaussian } from "./features/frechet.ts"
export {
  addVectors,
  type Moments,
  mergeMoments,
  noMoments,
  type RunningMoments,
  settledMoments,
} from "./features/moments.ts"
export { type FidOptions, fid } from "./fid.ts"
export { type ControlValues, classAccuracyGap, type Headroom, headroomOf } from "./headroom.ts"
export { type DomainFeaturesOptions, domainFeatures } from "./judges/domainFeatures.ts"
export { type SegmenterOptions, segmenter } from "./judges/segmenter.ts"
export { type LabelConsistencyOptions, labelConsistency } from "./labelConsistency.ts"
export { meanAbsoluteError } from "./meanAbsoluteError.ts"
export { peakSignalToNoise, psnr } from "./psnr.ts"
export { ssim } from "./ssim.ts"
export { holm } from "./statistics/holm.ts"
export { type MeanInterval, mean, meanInterval, standardDeviation } from "./statistics/mean.ts"
export { type PairedT, pairedT } from "./statistics/pairedT.ts"
export { detectableEffect, pairedTPower } from "./statistics/power.ts"
export {
  powerInWords,
  type SeedPower,
  seedPower,
  seedsForExactTest,
  smallestExactP,
  whatSeedsCanShow,
} from "./statistics/seedArithmetic.ts"
export { signFlip } from "./statistics/signFlip.ts"
export { studentTCdf, studentTQuantile, studentTUpperTail } from "./statistics/studentT.ts"
export { structuralSimilarity } from "./images/structuralSimilarity.ts"
export {
  differing,
  type Evidence,
  type JudgedTrial,
  type JudgedValue,
  judge,
  type MissingPair,
  type Outcome,
  type Verdict,
} from "./verdict.ts"
