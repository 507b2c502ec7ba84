import type { Dataset } from "@saddlepoint/core/contracts/dataset"
import type { Plugin } from "@saddlepoint/core/contracts/plugin"
import { adaptationPlugin } from "./adaptation.ts"
import { cmpFacadesPlugin } from "./cmpFacades.ts"
import { facadesPlugin } from "./facades.ts"
import { fashionMnistPlugin } from "./fashionMnist.ts"
import { glyphsPlugin } from "./glyphs.ts"
import { gridOfGaussiansPlugin } from "./gridOfGaussians.ts"
import { imageFolderPlugin } from "./imageFolder.ts"
import { mnistPlugin } from "./mnist.ts"
import { mnistMPlugin } from "./mnistM.ts"
import { pairsPlugin } from "./pairs.ts"
import { reversedPlugin } from "./reversed.ts"
import { ringOfGaussiansPlugin } from "./ringOfGaussians.ts"
import { rotatedGaussiansPlugin } from "./rotatedGaussians.ts"
import { stackedPlugin } from "./stacked.ts"
import { stripesPlugin } from "./stripes.ts"
import { svhnPlugin } from "./svhn.ts"
import { twoMoonsPlugin } from "./twoMoons.ts"
import { unpairedPlugin } from "./unpaired.ts"
import { uspsPlugin } from "./usps.ts"

/** Every dataset that stands by itself. */
export const datasets: readonly Plugin<"dataset", Dataset>[] = [
  facadesPlugin,
  stripesPlugin,
  cmpFacadesPlugin,
  pairsPlugin,
  glyphsPlugin,
  mnistPlugin,
  mnistMPlugin,
  uspsPlugin,
  svhnPlugin,
  fashionMnistPlugin,
  imageFolderPlugin,
  twoMoonsPlugin,
  rotatedGaussiansPlugin,
  ringOfGaussiansPlugin,
  gridOfGaussiansPlugin,
]

/** Datasets that are put together from others. */
const composed: readonly Plugin<"dataset", Dataset>[] = [
  adaptationPlugin,
  reversedPlugin,
  stackedPlugin,
  unpairedPlugin,
]

/** Every dataset that a JSON or YAML definition can name. */
export const allDatasets: readonly Plugin<"dataset", Dataset>[] = [...datasets, ...composed]
