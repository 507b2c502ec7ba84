import { parseArgs } from "node:util"
import { recipes } from "./recipes.ts"

export interface LearningOptions {
  readonly recipes: readonly string[]
  /** Training seeds, 1 to so many; each recipe's own number where left out. */
  readonly seeds: number | undefined
  /** `path=value`, as for `saddlepoint run`: to see whether a recipe runs, or what it needs. No bar is asked for then. */
  readonly set: readonly string[]
  readonly peer: "torch" | undefined
  readonly python: string | undefined
  /** Folder of the run store that keeps results and judges. */
  readonly store: string
  readonly json: boolean
}

/** Reads the command line. @throws Error, a sentence, for a name or a number that is not known */
export function learningOptions(args: readonly string[]): LearningOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      recipe: { type: "string", default: Object.keys(recipes).join() },
      seeds: { type: "string" },
      set: { type: "string", multiple: true, default: [] },
      peer: { type: "string" },
      python: { type: "string" },
      store: { type: "string", default: "runs-learning" },
      json: { type: "boolean", default: false },
    },
  })
  const chosen = values.recipe.split(",")
  const unknown = chosen.find((name) => !Object.hasOwn(recipes, name))
  if (unknown !== undefined) {
    throw new Error(
      `Expected a recipe out of ${Object.keys(recipes).join(", ")} for --recipe, but got "${unknown}".`,
    )
  }
  if (values.peer !== undefined && values.peer !== "torch") {
    throw new Error(`Expected "torch" for --peer, but got "${values.peer}".`)
  }
  return {
    recipes: chosen,
    seeds: positive("seeds", values.seeds),
    set: values.set,
    peer: values.peer,
    python: values.python,
    store: values.store,
    json: values.json,
  }
}

function positive(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const number = Number(text)
  if (Number.isInteger(number) && number > 0) return number
  throw new Error(`Expected a whole number above 0 for --${option}, but got "${text}".`)
}
