import { expect, test } from "vitest"
import { learningOptions } from "./options.ts"
import { recipes } from "./recipes.ts"

test("every recipe with its own seeds, without a peer, in a store of its own is the default", () => {
  expect(learningOptions([])).toEqual({
    recipes: Object.keys(recipes),
    seeds: undefined,
    set: [],
    peer: undefined,
    python: undefined,
    store: "runs-learning",
    json: false,
  })
})

test("recipes are split at commas, changes are taken as they are", () => {
  const { recipes, seeds, set } = learningOptions(
    "--recipe stripes-l1,stripes-16 --seeds 2 --set budget.steps=30 --set arms.l1.batch=2".split(" "),
  )
  expect([recipes, seeds]).toEqual([["stripes-l1", "stripes-16"], 2])
  expect(set).toEqual(["budget.steps=30", "arms.l1.batch=2"])
})

test.each([
  [["--recipe", "stripes"], /a recipe out of stripes-16, .* for --recipe, but got "stripes"/],
  [["--seeds", "0"], /whole number above 0 for --seeds, but got "0"/],
  [["--seeds", "1.5"], /whole number above 0 for --seeds, but got "1.5"/],
  [["--peer", "jax"], /"torch" for --peer, but got "jax"/],
])("%j is refused with what was expected", (args, message) => {
  expect(() => learningOptions(args)).toThrow(message)
})
