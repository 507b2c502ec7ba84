import type { Judge } from "@saddlepoint/core/contracts/judge"
import type {
  ClassMetric,
  ImageMetric,
  Metric,
  PairMetric,
  PointMetric,
} from "@saddlepoint/core/contracts/metric"
import type { Plugin } from "@saddlepoint/core/contracts/plugin"
import { accuracyPlugin } from "./accuracy.ts"
import { askedClassPlugin } from "./askedClass.ts"
import { classCoveragePlugin } from "./classCoverage.ts"
import { fidPlugin } from "./fid.ts"
import { fidInfinityPlugin } from "./fidInfinity.ts"
import { inceptionScorePlugin } from "./inceptionScore.ts"
import { domainClassifierPlugin } from "./judges/domainClassifier.ts"
import { domainFeaturesPlugin } from "./judges/domainFeatures.ts"
import { inceptionPlugin } from "./judges/inception.ts"
import { lpipsNetworkPlugin } from "./judges/lpipsNetwork.ts"
import { segmenterPlugin } from "./judges/segmenter.ts"
import { stackedClassifierPlugin } from "./judges/stackedClassifier.ts"
import { kidPlugin } from "./kid.ts"
import { labelConsistencyPlugin } from "./labelConsistency.ts"
import { lpipsPlugin } from "./lpips.ts"
import { meanAbsoluteErrorPlugin } from "./meanAbsoluteError.ts"
import { meanSquaredErrorPlugin } from "./meanSquaredError.ts"
import { modeCoveragePlugin } from "./modeCoverage.ts"
import { msSsimPlugin } from "./msSsim.ts"
import { precisionRecallPlugin } from "./precisionRecall.ts"
import { proxyADistancePlugin } from "./proxyADistance.ts"
import { psnrPlugin } from "./psnr.ts"
import { slicedWassersteinPlugin } from "./slicedWasserstein.ts"
import { ssimPlugin } from "./ssim.ts"
import { unsupervisedScoresPlugin } from "./unsupervisedScores.ts"

/** Every metric of sets of images. */
export const imageMetrics: readonly Plugin<"metric", ImageMetric>[] = [
  askedClassPlugin,
  classCoveragePlugin,
  fidPlugin,
  fidInfinityPlugin,
  inceptionScorePlugin,
  kidPlugin,
  precisionRecallPlugin,
]

/** Every metric of pairs of images. */
export const pairMetrics: readonly Plugin<"metric", PairMetric>[] = [
  labelConsistencyPlugin,
  lpipsPlugin,
  meanAbsoluteErrorPlugin,
  meanSquaredErrorPlugin,
  msSsimPlugin,
  psnrPlugin,
  ssimPlugin,
]

/** Every metric of sets of points. */
export const pointMetrics: readonly Plugin<"metric", PointMetric>[] = [
  modeCoveragePlugin,
  slicedWassersteinPlugin,
]

/** Every metric of classes. */
export const classMetrics: readonly Plugin<"metric", ClassMetric>[] = [
  accuracyPlugin,
  proxyADistancePlugin,
  unsupervisedScoresPlugin,
]

/** Every metric, for definitions in JSON and YAML. */
export const metrics: readonly Plugin<"metric", Metric>[] = [
  ...imageMetrics,
  ...pairMetrics,
  ...pointMetrics,
  ...classMetrics,
]

/** Every judge network, for definitions in JSON and YAML. */
export const judges: readonly Plugin<"judge", Judge>[] = [
  domainClassifierPlugin,
  domainFeaturesPlugin,
  inceptionPlugin,
  lpipsNetworkPlugin,
  segmenterPlugin,
  stackedClassifierPlugin,
]
