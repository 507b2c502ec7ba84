import { existsSync } from "node:fs"
import { fileURLToPath, pathToFileURL } from "node:url"
import { restrict } from "@saddlepoint/core/declare/decode/restrict"
import { planTrials } from "@saddlepoint/core/declare/plan"
import type { Plan } from "@saddlepoint/core/declare/trial"
import { loadDefinition } from "@saddlepoint/core/load"
import type { Recipe } from "./recipe.ts"

/** What is asked of recipes beside what they declare. */
export interface Asked {
  /** Training seeds, 1 to so many; the recipe's where left out. */
  readonly seeds: number | undefined
  /** `path=value`, applied after the profile. */
  readonly set: readonly string[]
  /** A folder where datasets may keep what they decoded. */
  readonly cache?: string
}

/** The trials of a recipe, and where its definition lies. */
export interface PlannedRecipe {
  readonly name: string
  readonly recipe: Recipe
  readonly definitionPath: string
  readonly overrides: readonly string[]
  readonly plan: Plan
}

/**
 * Plans a recipe's trials and the judges that they need, by the experiment's own identities. No controls: the bar is given.
 * @throws one sentence when the experiment has no such profile, arm or metric, or its data are missing
 */
export async function planRecipe(name: string, recipe: Recipe, asked: Asked): Promise<PlannedRecipe> {
  const { experiment, profile, arm, metric } = recipe
  const definitionPath = fileURLToPath(new URL(`../../../experiments/${experiment}.ts`, import.meta.url))
  if (!existsSync(definitionPath)) {
    throw new Error(
      `Expected the experiment of ${name} at ${definitionPath}, but there is no such file; mend recipes.ts.`,
    )
  }
  const overrides = asked.set
  const { default: definition } = await import(pathToFileURL(definitionPath).href)
  const whole = loadDefinition(definition, { overrides, ...(profile === undefined ? {} : { profile }) })
  const outputs = whole.metrics.flatMap((one) => one.build().outputs.map((output) => output.name))
  if (!outputs.includes(metric)) {
    throw new Error(
      `Expected a metric of ${name} out of ${outputs.join(", ")}, but got "${metric}"; mend recipes.ts.`,
    )
  }
  const seeds = Array.from({ length: asked.seeds ?? recipe.seeds }, (_, index) => index + 1)
  const planned = await planTrials(
    restrict(whole, { arms: [arm], seeds }),
    asked.cache === undefined ? {} : { cache: asked.cache },
  )
  return { name, recipe, definitionPath, overrides, plan: { ...planned, controls: [] } }
}
