import type { Judge } from "@saddlepoint/core/judge"
import type { Metric } from "@saddlepoint/core/metric"
import type { Plugin } from "@saddlepoint/core/plugin"
import { fidPlugin } from "./fid.ts"
import { domainFeaturesPlugin } from "./judges/domainFeatures.ts"
import { segmenterPlugin } from "./judges/segmenter.ts"
import { labelConsistencyPlugin } from "./labelConsistency.ts"
import { meanAbsoluteErrorPlugin } from "./meanAbsoluteError.ts"
import { psnrPlugin } from "./psnr.ts"
import { ssimPlugin } from "./ssim.ts"

/** Every metric, for definitions in JSON and YAML. */
export const metrics: readonly Plugin<"metric", Metric>[] = [
  fidPlugin,
  labelConsistencyPlugin,
  meanAbsoluteErrorPlugin,
  psnrPlugin,
  ssimPlugin,
]

/** Every judge network, for definitions in JSON and YAML. */
export const judges: readonly Plugin<"judge", Judge>[] = [domainFeaturesPlugin, segmenterPlugin]
