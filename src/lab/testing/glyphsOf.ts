import type { Dataset } from "@saddlepoint/core/contracts/dataset"
import { type GlyphsOptions, glyphsPlugin } from "@saddlepoint/datasets/glyphs"

/** Generated digits of 16 px. */
export function glyphsOf(options: Pick<GlyphsOptions, "train" | "validation" | "test">): Dataset {
  return glyphsPlugin.build({ size: 16, seed: 0, ...options })
}
