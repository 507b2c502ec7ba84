import type { Experiment } from "@saddlepoint/core/declare/decode/decode"
import type { SearchPlan, Trial } from "@saddlepoint/core/declare/trial"
import { random } from "@saddlepoint/core/search/random"
import type { Sampler } from "@saddlepoint/core/search/sampler"
import { rungsOf } from "@saddlepoint/core/search/samplers"
import type { Search } from "@saddlepoint/core/search/search"
import { successiveHalving } from "@saddlepoint/core/search/successiveHalving"
import * as Effect from "effect/Effect"
import fc from "fast-check"
import { expect, test } from "vitest"
import { aResult, aTrial } from "../testing/plan.ts"
import { runSearch } from "./runSearch.ts"

/** A search over `count` configurations of one arm beside one that has none; configuration i is named `gan/i`. */
function aSearch(count: number, sampler: Sampler, higherIsBetter: boolean): Search {
  return {
    name: "example",
    question: "Which?",
    select: "psnr",
    higherIsBetter,
    seeds: [1, 2],
    arms: [
      { key: "l1", configurations: [{}] },
      { key: "gan", configurations: Array.from({ length: count }, (_, index) => ({ weight: index })) },
    ],
    rungs: rungsOf(sampler),
    hash: "h",
    json: {},
    rung: (share, chosen) =>
      ({
        arms: [...chosen].flatMap(([key, indices]) =>
          indices.map((index) => ({ key, name: `${key}/${index}`, steps: 90 * share })),
        ),
      }) as unknown as Experiment,
  }
}

/** Plays a search in which configuration i is worth `worth(i)` by every seed; undefined for one that diverges. */
async function played(search: Search, worth: (index: number) => number | undefined) {
  const rungs: string[][] = []
  const choice = await Effect.runPromise(
    runSearch(search, {
      play: (plan) => Effect.sync(() => rungs.push([...new Set(plan.trials.map(({ arm }) => arm))])),
      result(_plan, trial) {
        const value = worth(Number(trial.arm.split("/")[1]))
        return value === undefined
          ? aResult(trial, { status: "diverged", metrics: {} })
          : aResult(trial, { metrics: { psnr: { value, identity: {} } } })
      },
      planOf: async ({ arms }) =>
        ({
          trials: arms.flatMap(({ name, steps }): Trial[] =>
            [1, 2].map((seed) => aTrial(name, seed, { steps })),
          ),
        }) as unknown as SearchPlan,
    }),
  )
  return { choice, rungs }
}

test("the best configuration by the mean over the seeds is chosen, for every arm", async () => {
  const { choice } = await played(aSearch(5, random({ trials: 5 }), true), (index) => -((index - 3) ** 2))
  expect(choice.arms.gan).toMatchObject({
    configuration: { weight: 3 },
    value: 0,
    tried: 5,
    trials: 10,
    steps: 900,
    lost: 0,
  })
  expect(choice.arms.l1).toMatchObject({ configuration: {}, tried: 1, trials: 2 })
  const lower = await played(aSearch(5, random({ trials: 5 }), false), (index) => (index - 1) ** 2)
  expect(lower.choice.arms.gan!.configuration).toEqual({ weight: 1 })
})

test("successive halving lets the best of each rung through, and counts what all of them cost", async () => {
  const sampler = successiveHalving({ trials: 9, reduction: 3, rungs: 3 })
  const { choice, rungs } = await played(aSearch(9, sampler, true), (index) => index)
  const entrants = rungs.map((arms) => arms.filter((arm) => arm.startsWith("gan")))
  expect(entrants.map(({ length }) => length)).toEqual([9, 3, 1])
  expect(entrants[1]).toEqual(["gan/8", "gan/7", "gan/6"])
  expect(choice.arms.gan).toMatchObject({ configuration: { weight: 8 }, tried: 9, trials: 26, steps: 540 })
})

test("lost configurations rank last and are counted; where all are lost, there is no value", async () => {
  const some = await played(aSearch(4, random({ trials: 4 }), true), (index) => (index > 0 ? undefined : -9))
  expect(some.choice.arms.gan).toMatchObject({ configuration: { weight: 0 }, value: -9, lost: 6 })
  const none = await played(aSearch(3, random({ trials: 3 }), true), () => undefined)
  expect(none.choice.arms.gan).toMatchObject({ value: null, lost: 6 })
})

test("nothing better than the chosen one was tried, whatever the values", async () => {
  const values = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(values, fc.boolean(), async (worth, higherIsBetter) => {
      const search = aSearch(worth.length, random({ trials: worth.length }), higherIsBetter)
      const { choice } = await played(search, (index) => worth[index])
      const best = higherIsBetter ? Math.max(...worth) : Math.min(...worth)
      expect(choice.arms.gan!.value).toBe(best)
      expect(choice.arms.gan!.configuration).toEqual({ weight: worth.indexOf(best) })
    }),
    { numRuns: 30 },
  )
})
