import { axis } from "../contracts/axis.ts"
import type { Plugin, Use } from "../contracts/plugin.ts"
import { adversarial, adversarialPlugin, objectives } from "./adversarial.ts"
import { charbonnier, charbonnierPlugin } from "./charbonnier.ts"
import { l1, l1Plugin } from "./l1.ts"
import { l2, l2Plugin } from "./l2.ts"
import { ssimLoss, ssimPlugin } from "./ssimLoss.ts"

/** Every loss, for definitions in JSON and YAML. */
export const losses: readonly Plugin<"loss">[] = [
  l1Plugin,
  l2Plugin,
  charbonnierPlugin,
  ssimPlugin,
  adversarialPlugin,
]

/** Every loss in every form that computes something else: what `saddlepoint laws` checks when no file is named. */
export const lossesToCheck: readonly Use<"loss">[] = [
  l1(),
  l2(),
  charbonnier(),
  charbonnier({ epsilon: 0.1 }),
  ssimLoss(),
  ssimLoss({ window: 7, sigma: 0.8 }),
  adversarial(axis(...(Object.keys(objectives) as (keyof typeof objectives)[]))),
]
