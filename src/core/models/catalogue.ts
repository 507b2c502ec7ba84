import type { Model } from "../contracts/player.ts"
import type { Plugin } from "../contracts/plugin.ts"
import { dcganDiscriminatorPlugin } from "./dcganDiscriminator.ts"
import { dcganGeneratorPlugin } from "./dcganGenerator.ts"
import { digitClassifierPlugin } from "./digitClassifier.ts"
import { mlpDiscriminatorPlugin } from "./mlpDiscriminator.ts"
import { mlpGeneratorPlugin } from "./mlpGenerator.ts"
import { patchGanPlugin } from "./patchGan.ts"
import { resnetGeneratorPlugin } from "./resnetGenerator.ts"
import { snganDiscriminatorPlugin } from "./snganDiscriminator.ts"
import { snganGeneratorPlugin } from "./snganGenerator.ts"
import { unetPlugin } from "./unet.ts"

/** Every model, for definitions in JSON and YAML. */
export const models: readonly Plugin<"model", Model>[] = [
  dcganDiscriminatorPlugin,
  dcganGeneratorPlugin,
  digitClassifierPlugin,
  mlpDiscriminatorPlugin,
  mlpGeneratorPlugin,
  patchGanPlugin,
  resnetGeneratorPlugin,
  snganDiscriminatorPlugin,
  snganGeneratorPlugin,
  unetPlugin,
]
