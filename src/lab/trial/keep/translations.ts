import type { Keeping } from "./keeping.ts"
import { keepRows } from "./rows.ts"

/**
 * `grid.png`: the first test examples, a row each: the image, its translation, and a test image of the other domain, which is
 * no pair of it and shows what that domain looks like.
 */
export const keepTranslations = (): Keeping => keepRows()
