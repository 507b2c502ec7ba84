import type { Dataset } from "@saddlepoint/core/dataset"
import type { Plugin } from "@saddlepoint/core/plugin"
import { cmpFacadesPlugin } from "./cmpFacades.ts"
import { facadesPlugin } from "./facades.ts"
import { glyphsPlugin } from "./glyphs.ts"
import { pairsPlugin } from "./pairs.ts"

/** Every dataset that a JSON or YAML definition can name. */
export const datasets: readonly Plugin<"dataset", Dataset>[] = [
  facadesPlugin,
  cmpFacadesPlugin,
  glyphsPlugin,
  pairsPlugin,
]
