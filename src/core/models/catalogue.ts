import type { Plugin } from "../plugin.ts"
import { patchGanPlugin } from "./patchGan.ts"
import { unetPlugin } from "./unet.ts"

/** Every built-in model, for definitions that are read from JSON or YAML. */
export const models: readonly Plugin<"model">[] = [patchGanPlugin, unetPlugin]
