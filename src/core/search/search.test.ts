import { describe, expect, test } from "vitest"
import { judgedOnValidation } from "../answer/judgedSplit.ts"
import type { JsonObject } from "../contracts/json.ts"
import { InvalidDefinition } from "../contracts/mistake.ts"
import type { Choice } from "../declare/choice.ts"
import { baseline, challenger } from "../declare/experiment.ts"
import { planRung, planTrials } from "../declare/plan.ts"
import { choose, range } from "../declare/tunable.ts"
import { loadDefinition } from "../load.ts"
import { accuracy, catalogue, l1, net, psnr, tiles, translate } from "../testing/definition.ts"
import { searchIn } from "./confirmation.ts"
import { confirm, search } from "./define.ts"
import { random } from "./random.ts"
import { successiveHalving } from "./successiveHalving.ts"

const data = tiles({ size: 64 })
const written = {
  name: "weights",
  question: "Which weight?",
  arms: {
    plain: baseline(translate({ data, generator: net(), losses: [l1(1)] })),
    tuned: challenger(translate({ data, generator: net(), losses: [l1(range(1, 100, { scale: "log" }))] })),
  },
  metrics: [psnr(), accuracy()],
  select: "psnr",
  sampler: random({ trials: 4 }),
  seeds: [100, 101],
  budget: { steps: 90 },
} as const

const of = search(written)
const found = () => searchIn(of.json, of.plugins)

function mistakesOf(run: () => unknown): string[] {
  try {
    run()
  } catch (error) {
    if (error instanceof InvalidDefinition) return error.mistakes.map(({ message }) => message)
    throw error
  }
  return []
}

describe("a search", () => {
  test("draws its configurations once and for all", () => {
    const { arms, select, higherIsBetter, seeds } = found()
    expect(arms.map(({ key, configurations }) => [key, configurations.length])).toEqual([
      ["plain", 1],
      ["tuned", 4],
    ])
    expect(found().arms).toEqual(arms)
    expect([select, higherIsBetter, seeds]).toEqual(["psnr", false, [100, 101]])
    for (const configuration of arms[1]!.configurations) {
      expect(Object.keys(configuration)).toEqual(["losses.0.weight"])
    }
  })

  test("is played on the validation split, without controls, as trials of their own", async () => {
    const wanted = found()
    const plan = await planRung(
      wanted.rung(
        1,
        new Map([
          ["plain", [0]],
          ["tuned", [2, 0]],
        ]),
      ),
    )
    expect(plan.phase).toBe("search")
    expect(plan.controls).toEqual([])
    expect(plan.trials).toHaveLength(6)
    for (const { preimage } of plan.trials) expect(preimage.split).toBe("validation")
    const { configurations } = wanted.arms[1]!
    const weights = plan.trials
      .filter(({ seed, arm }) => seed === 100 && arm !== "plain")
      .map(({ preimage }) => ((preimage.spec as JsonObject).losses as JsonObject[])[0]!.weight)
    expect(weights).toEqual([2, 0].map((index) => configurations[index]!["losses.0.weight"]))
  })

  test("gives each rung its share of the steps", async () => {
    const halving = search({ ...written, sampler: successiveHalving({ trials: 9, rungs: 2 }) })
    const wanted = searchIn(halving.json, halving.plugins)
    const all = new Map(wanted.arms.map(({ key, configurations }) => [key, [...configurations.keys()]]))
    const steps = wanted.rungs.map(({ share }) => wanted.rung(share, all).arms[0]!.steps)
    expect(steps).toEqual([30, 90])
  })

  test("is refused where a verdict is asked of it", () => {
    expect(mistakesOf(() => loadDefinition(of))).toEqual([
      "this is a search, which no verdict can come of; play it with `saddlepoint search`",
    ])
  })

  test("has no comparisons, no axes, and something to tune", () => {
    const json = of.json
    expect(mistakesOf(() => searchIn({ ...json, compare: [] }, catalogue))[0]).toContain("move them there")
    const fixed = { ...json, arms: { plain: (json.arms as JsonObject).plain! } }
    expect(mistakesOf(() => searchIn(fixed, catalogue))[0]).toContain("at least one tunable")
    expect(mistakesOf(() => searchIn({ ...json, select: "fid" }, catalogue))[0]).toContain(
      'expected one of the metrics psnr, accuracy as "select"',
    )
  })

  test("in an ordinary experiment, a tunable is a sentence with its path", () => {
    const { select: _, sampler: __, phase: ___, ...rest } = of.json
    const experiment = { json: { ...rest, compare: [] }, plugins: of.plugins }
    expect(mistakesOf(() => loadDefinition(experiment))[0]).toContain("belongs in a search")
  })

  test("may choose whole parts", () => {
    const parts = search({
      ...written,
      arms: {
        ...written.arms,
        tuned: challenger(
          translate({
            data,
            generator: choose({ small: net({ width: 4 }), big: net({ width: 8 }) }),
            losses: [l1()],
          }),
        ),
      },
    })
    const { configurations } = searchIn(parts.json, parts.plugins).arms[1]!
    for (const { generator } of configurations) expect((generator as JsonObject).use).toBe("net")
  })
})

const choice = (more: Partial<Choice> = {}): Choice => {
  const arm = { value: 1, tried: 1, trials: 2, steps: 180, seconds: 1, lost: 0 }
  return {
    schema: 1,
    search: "weights",
    hash: found().hash,
    select: "psnr",
    seeds: [100, 101],
    arms: {
      plain: { ...arm, configuration: {} },
      tuned: { ...arm, tried: 4, configuration: { "losses.0.weight": 31.6 } },
    },
    ...more,
  }
}

describe("a confirmation", () => {
  const definition = confirm({
    of,
    name: "weights-confirmed",
    question: "Does the weight help?",
    seeds: [1, 2],
    compare: { metric: "psnr", against: ["plain"] },
  })
  const read = (made: Choice | undefined) => loadDefinition(definition, { choiceOf: () => made })

  test("asks with the frozen choice, on its own seeds and the test split", async () => {
    const experiment = read(choice())
    expect(experiment.tuning).toEqual(choice())
    const plan = await planTrials(experiment)
    expect(plan.tuning).toEqual(choice())
    expect(plan.phase).toBeUndefined()
    expect(plan.controls.length).toBeGreaterThan(0)
    const [tuned] = plan.trials.filter(({ arm }) => arm === "tuned")
    expect(((tuned!.preimage.spec as JsonObject).losses as JsonObject[])[0]!.weight).toBe(31.6)
    expect(Object.hasOwn(tuned!.preimage, "split")).toBe(false)
  })

  test("has another hash for another choice, and the same however long the search took", () => {
    const { plain, tuned } = choice().arms
    const slower = choice({ arms: { plain: { ...plain!, seconds: 99 }, tuned: tuned! } })
    const other = choice({
      arms: { plain: plain!, tuned: { ...tuned!, configuration: { "losses.0.weight": 2 } } },
    })
    expect(read(slower).hash).toBe(read(choice()).hash)
    expect(read(other).hash).not.toBe(read(choice()).hash)
  })

  test("waits for its search, and for the search that it names", () => {
    expect(mistakesOf(() => read(undefined))).toEqual([
      'the search "weights" has not chosen yet; run `saddlepoint search` on this file first',
    ])
    expect(mistakesOf(() => read(choice({ hash: "another" })))[0]).toContain("--replace")
  })

  test("takes no seed that the search used", () => {
    expect(mistakesOf(() => read(choice({ seeds: [2] })))).toEqual([
      "expected seeds that the search did not use but got 2: what was chosen on a seed looks good on it",
    ])
  })
})

test("what a trial of a search sees has no test split", () => {
  const split = (size: number) => ({ size, fields: {}, read: async () => ({}) })
  const whole = { splits: { train: split(8), validation: split(3), test: split(5) } }
  const view = judgedOnValidation(whole)
  expect(view.splits.test).toBe(whole.splits.validation)
  expect(Object.values(view.splits)).not.toContain(whole.splits.test)
})
