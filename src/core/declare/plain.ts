import type { Mistake } from "../contracts/mistake.ts"

/** Levels of lists and objects within each other; a definition of axes within slots has about 12. */
export const mostLevels = 64

/** What JSON cannot hold in what YAML or a command line gave: other numbers, other objects, and what is nested without end. */
export function plainMistakes(value: unknown, path: Mistake["path"]): readonly Mistake[] {
  const mistakes: Mistake[] = []
  check(value, path, mostLevels, mistakes)
  return mistakes
}

function check(value: unknown, path: Mistake["path"], levels: number, mistakes: Mistake[]): void {
  const wrong = (message: string) => mistakes.push({ path, message })
  if (value === null || typeof value === "boolean" || typeof value === "string") return
  if (typeof value === "number") {
    if (!Number.isFinite(value)) wrong(`expected a finite number but got ${value}`)
    return
  }
  const prototype = typeof value === "object" ? Object.getPrototypeOf(value) : undefined
  if (!Array.isArray(value) && prototype !== Object.prototype) {
    wrong(`expected plain data but got ${kindOf(value)}; write a text, a number, a list or an object`)
  } else if (levels === 0) {
    wrong(
      `expected at most ${mostLevels} levels of lists and objects but got more, as with an alias that leads back to itself; nest less`,
    )
  } else {
    const members = Array.isArray(value) ? value.entries() : Object.entries(value as object)
    for (const [key, member] of members) check(member, [...path, key], levels - 1, mistakes)
  }
}

function kindOf(value: unknown): string {
  return typeof value === "object" && value !== null ? `a ${value.constructor?.name}` : `a ${typeof value}`
}
