import type { AnyLoss } from "../contracts/loss.ts"
import type { Plugin } from "../contracts/plugin.ts"
import { adversarial } from "./adversarial.ts"
import { charbonnier } from "./charbonnier.ts"
import { coral } from "./coral.ts"
import { crossEntropy } from "./crossEntropy.ts"
import { dragan } from "./dragan.ts"
import { entropyConditioned } from "./entropyConditioned.ts"
import { featureMatching } from "./featureMatching.ts"
import { gradientPenalty } from "./gradientPenalty.ts"
import { gram } from "./gram.ts"
import { huber } from "./huber.ts"
import { l1 } from "./l1.ts"
import { l2 } from "./l2.ts"
import { mmd } from "./mmd.ts"
import { perceptual } from "./perceptual.ts"
import { r1 } from "./r1.ts"
import { r2 } from "./r2.ts"
import { relativistic } from "./relativistic.ts"
import { ssimLoss } from "./ssimLoss.ts"
import { totalVariation } from "./totalVariation.ts"

/** Every loss, for definitions in JSON and YAML. */
export const losses: readonly Plugin<"loss", AnyLoss>[] = [
  adversarial,
  charbonnier,
  coral,
  crossEntropy,
  dragan,
  entropyConditioned,
  featureMatching,
  gradientPenalty,
  gram,
  huber,
  l1,
  l2,
  mmd,
  perceptual,
  r1,
  r2,
  relativistic,
  ssimLoss,
  totalVariation,
].map(({ plugin }) => plugin as Plugin<"loss", AnyLoss>)
