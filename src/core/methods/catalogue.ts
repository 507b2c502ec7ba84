import type { Method } from "../method.ts"
import type { Plugin } from "../plugin.ts"
import { dannPlugin } from "./adaptation/dann.ts"
import { sourceOnlyPlugin } from "./adaptation/sourceOnly.ts"
import { pix2pixPlugin } from "./pix2pix.ts"

/** Every method that a definition can name. Controls are not among them: every plan has them. */
export const methods: readonly Plugin<"method", Method>[] = [dannPlugin, pix2pixPlugin, sourceOnlyPlugin]
