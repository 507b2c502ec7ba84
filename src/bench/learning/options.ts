import { parseArgs } from "node:util"
import { knownNames, knownPeer, positive } from "../askedFor.ts"
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
  return {
    recipes: knownNames("recipe", values.recipe, Object.keys(recipes)),
    seeds: values.seeds === undefined ? undefined : positive("seeds", values.seeds, true),
    set: values.set,
    peer: knownPeer(values.peer),
    python: values.python,
    store: values.store,
    json: values.json,
  }
}
