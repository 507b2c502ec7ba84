import type { AnyOptimiser } from "../contracts/optimiser.ts"
import type { Plugin } from "../contracts/plugin.ts"
import { adagradPlugin } from "./adagrad.ts"
import { adamPlugin } from "./adam.ts"
import { adamWPlugin } from "./adamW.ts"
import { clipByGlobalNormPlugin } from "./clipByGlobalNorm.ts"
import { clipByValuePlugin } from "./clipByValue.ts"
import { lbfgsPlugin } from "./lbfgs.ts"
import { rmsPropPlugin } from "./rmsProp.ts"
import { sgdPlugin } from "./sgd.ts"

/** Every optimiser, for definitions in JSON and YAML. */
export const optimisers: readonly Plugin<"optimiser", AnyOptimiser>[] = [
  adagradPlugin,
  adamPlugin,
  adamWPlugin,
  clipByGlobalNormPlugin,
  clipByValuePlugin,
  lbfgsPlugin,
  rmsPropPlugin,
  sgdPlugin,
]
