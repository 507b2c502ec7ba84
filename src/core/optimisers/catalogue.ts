import type { Optimiser } from "../contracts/optimiser.ts"
import type { Plugin } from "../contracts/plugin.ts"
import { adamPlugin } from "./adam.ts"
import { sgdPlugin } from "./sgd.ts"

/** Every optimiser, for definitions in JSON and YAML. */
export const optimisers: readonly Plugin<"optimiser", Optimiser>[] = [adamPlugin, sgdPlugin]
