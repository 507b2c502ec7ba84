import { fileURLToPath, pathToFileURL } from "node:url"
import { restrict } from "@saddlepoint/core/declare/decode/restrict"
import { loadDefinition } from "@saddlepoint/core/load"
import { expect, test } from "vitest"
import { planRecipe } from "./planRecipe.ts"
import { recipes } from "./recipes.ts"

test.each(Object.entries(recipes))(
  "%s names an arm and a metric of a shipped experiment",
  async (_, { experiment, ...named }) => {
    const file = fileURLToPath(new URL(`../../../experiments/${experiment}.ts`, import.meta.url))
    const { default: definition } = await import(pathToFileURL(file).href)
    const { profile, arm, metric } = named
    const whole = loadDefinition(definition, profile === undefined ? {} : { profile })
    expect(restrict(whole, { arms: [arm] }).arms.map(({ name }) => name)).toEqual([arm])
    const outputs = whole.metrics.flatMap((one) => one.build().outputs.map(({ name }) => name))
    expect(outputs).toContain(metric)
  },
)

const asked = { seeds: 2, set: ["budget.steps=7"] }

test("a recipe is planned as its arm, so many seeds, the judges that it needs, and no control", async () => {
  const { plan } = await planRecipe("stripes-16", recipes["stripes-16"]!, asked)
  expect(plan.trials.map(({ arm, seed, steps }) => [arm, seed, steps])).toEqual([
    ["gan/discriminator.receptiveField=16", 1, 7],
    ["gan/discriminator.receptiveField=16", 2, 7],
  ])
  expect([plan.judges.length, plan.controls.length]).toEqual([2, 0])
})

const stripes = recipes["stripes-16"]!

test.each([
  [{ ...stripes, experiment: "patchgan" }, /experiment of one at .*patchgan\.ts, but there is no such file/],
  [{ ...stripes, arm: "gan" }, /an arm of patchgan-receptive-field out of l1, l2, .* but got "gan"/],
  [{ ...stripes, metric: "beauty" }, /a metric of one out of .*classAccuracy.*, but got "beauty"/],
  [{ ...stripes, profile: "slow" }, /slow/],
])("a recipe that its experiment does not know is one sentence (%#)", async (recipe, message) => {
  await expect(planRecipe("one", recipe, asked)).rejects.toThrow(message)
})
