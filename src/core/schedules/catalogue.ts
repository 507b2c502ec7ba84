import type { Plugin } from "../contracts/plugin.ts"
import type { Schedule } from "../contracts/schedule.ts"
import { constantPlugin } from "./constant.ts"
import { cosinePlugin } from "./cosine.ts"
import { exponentialPlugin } from "./exponential.ts"
import { inverseDecayPlugin } from "./inverseDecay.ts"
import { joinedPlugin } from "./joined.ts"
import { linearPlugin } from "./linear.ts"
import { linearDecayPlugin } from "./linearDecay.ts"
import { piecewiseConstantPlugin } from "./piecewiseConstant.ts"
import { polynomialPlugin } from "./polynomial.ts"
import { sigmoidRampPlugin } from "./sigmoidRamp.ts"
import { warmUpPlugin } from "./warmUp.ts"

/** Every schedule, for definitions in JSON and YAML. */
export const schedules: readonly Plugin<"schedule", Schedule>[] = [
  constantPlugin,
  cosinePlugin,
  exponentialPlugin,
  inverseDecayPlugin,
  joinedPlugin,
  linearPlugin,
  linearDecayPlugin,
  piecewiseConstantPlugin,
  polynomialPlugin,
  sigmoidRampPlugin,
  warmUpPlugin,
]
