import type { Method } from "../contracts/method.ts"
import type { Plugin } from "../contracts/plugin.ts"
import { adaBnPlugin } from "./adaptation/adaBn.ts"
import { addaPlugin } from "./adaptation/adda.ts"
import { cdanPlugin } from "./adaptation/cdan.ts"
import { cycadaPlugin } from "./adaptation/cycada.ts"
import { danPlugin } from "./adaptation/dan.ts"
import { dannPlugin } from "./adaptation/dann.ts"
import { deepCoralPlugin } from "./adaptation/deepCoral.ts"
import { sourceOnlyPlugin } from "./adaptation/sourceOnly.ts"
import { ganPlugin } from "./samples/gan.ts"
import { cycleGanPlugin } from "./translation/cycleGan.ts"
import { pix2pixPlugin } from "./translation/pix2pix.ts"

/** Every method that a definition can name. Controls are not among them: every plan has them. */
export const methods: readonly Plugin<"method", Method>[] = [
  adaBnPlugin,
  addaPlugin,
  cdanPlugin,
  cycadaPlugin,
  cycleGanPlugin,
  danPlugin,
  dannPlugin,
  deepCoralPlugin,
  ganPlugin,
  pix2pixPlugin,
  sourceOnlyPlugin,
]
