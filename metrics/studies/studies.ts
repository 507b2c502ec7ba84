import { type Coverage, coverage } from "./coverage.ts"
import { type FamilyError, familyError } from "./familyError.ts"
import { type Power, power } from "./power.ts"
import { type ShapeName, shapes } from "./shapes.ts"
import { type UnequalShapes, unequalShapes } from "./unequalShapes.ts"

/** Everything that the simulated studies measure. */
export interface Studies {
  readonly repetitions: number
  readonly alpha: number
  readonly familyError: readonly FamilyError[]
  readonly coverage: readonly Coverage[]
  readonly power: readonly Power[]
  readonly unequalShapes: readonly UnequalShapes[]
}

export const SEEDS = [3, 4, 5, 6, 7, 8, 9, 10] as const
export const FAMILIES = [1, 3, 5, 10] as const
/** For coverage: up to where bootstrap intervals cease to be descriptive. */
const COVERED = Array.from({ length: 19 }, (_, i) => i + 2)
const EFFECTS = [0.5, 1, 1.5, 2] as const
const COLLAPSES = [5, 10, 12, 20] as const

/** Simulates all studies; every cell has its own named stream, so that none depends on the others. */
export function simulate(repetitions: number, alpha = 0.05): Studies {
  const size = { repetitions, alpha }
  const names = Object.keys(shapes) as ShapeName[]
  return {
    repetitions,
    alpha,
    familyError: names.flatMap((shape) =>
      SEEDS.flatMap((seeds) => familyError(shape, seeds, FAMILIES, size)),
    ),
    coverage: names.flatMap((shape) => COVERED.map((seeds) => coverage(shape, seeds, size))),
    power: FAMILIES.flatMap((comparisons) =>
      EFFECTS.flatMap((effect) => SEEDS.map((seeds) => power(effect, seeds, comparisons, size))),
    ),
    unequalShapes: COLLAPSES.flatMap((collapse) =>
      SEEDS.map((seeds) => unequalShapes(collapse, seeds, size)),
    ),
  }
}
