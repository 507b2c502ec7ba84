import type { Keeping } from "./keeping.ts"
import { keepRows } from "./rows.ts"

/** `grid.png`: the first test examples, a row each: input, output, and what it should be. */
export const keepPairs = (): Keeping => keepRows()
