import { expect, test } from "vitest"
import { catalogue } from "../../testing/definition.ts"
import { refusals } from "../../testing/refusals.ts"
import { planTrials } from "../plan.ts"
import { decodeDefinition } from "./decode.ts"
import { restrict } from "./restrict.ts"

const l1 = {
  role: "baseline",
  use: "translate",
  data: { use: "tiles" },
  generator: { use: "net" },
  losses: [{ use: "l1" }],
}
const whole = decodeDefinition(
  {
    name: "whole",
    question: "What is left?",
    arms: {
      l1,
      elsewhere: { ...l1, data: { use: "tiles", size: 32 } },
      gan: {
        ...l1,
        role: "challenger",
        discriminator: { use: "critic", field: { axis: [1, 16] } },
        losses: [{ use: "adversarial" }, { use: "l1" }],
      },
    },
    metrics: [{ use: "fid" }],
    compare: { metric: "fid", challenger: "gan", against: ["l1"] },
    seeds: 2,
    budget: { steps: 10 },
  },
  catalogue,
)
const field16 = "gan/discriminator.field=16"

test("what is left has the identities of the whole, and asks for no judge of data that nobody is left for", async () => {
  const plan = await planTrials(restrict(whole, { arms: [field16], seeds: [2, 7] }))
  const { trials, judges } = await planTrials(whole)
  const [second] = trials.filter(({ arm, seed }) => arm === field16 && seed === 2)
  expect(plan.trials.map(({ arm, seed }) => [arm, seed])).toEqual([
    [field16, 2],
    [field16, 7],
  ])
  expect(plan.trials[0]!.id).toBe(second!.id)
  expect([plan.judges.length, judges.length]).toEqual([1, 2])
  expect(second!.needs).toEqual([plan.judges[0]!.id])
})

test("comparisons stay between arms that stay, and what is asked has a hash of its own", () => {
  const pair = restrict(whole, { arms: ["l1", field16] })
  expect(pair.comparisons.map(({ challenger, baseline }) => [challenger, baseline])).toEqual([
    [field16, "l1"],
  ])
  expect(pair.seeds).toEqual([1, 2])
  expect(restrict(whole, { arms: [field16] }).comparisons).toEqual([])
  expect(pair.hash).not.toBe(whole.hash)
})

test("an arm that the experiment has not is a mistake that names those it has", () => {
  expect(refusals(() => restrict(whole, { arms: ["gan"] }))).toEqual([
    'arms: expected an arm of whole out of l1, elsewhere, gan/discriminator.field=1, gan/discriminator.field=16 but got "gan"',
  ])
})
