import type { Model } from "../contracts/player.ts"
import type { Plugin } from "../contracts/plugin.ts"
import { dcganDiscriminatorPlugin } from "./dcganDiscriminator.ts"
import { dcganGeneratorPlugin } from "./dcganGenerator.ts"
import { digitClassifierPlugin } from "./digitClassifier.ts"
import { patchGanPlugin } from "./patchGan.ts"
import { resnetGeneratorPlugin } from "./resnetGenerator.ts"
import { unetPlugin } from "./unet.ts"

/** Every model, for definitions in JSON and YAML. */
export const models: readonly Plugin<"model", Model>[] = [
  dcganDiscriminatorPlugin,
  dcganGeneratorPlugin,
  digitClassifierPlugin,
  patchGanPlugin,
  resnetGeneratorPlugin,
  unetPlugin,
]
