import { describe, expect, test } from "vitest"
import type { JsonObject } from "./contracts/json.ts"
import type { Choice } from "./declare/choice.ts"
import { baseline, challenger, experiment } from "./declare/experiment.ts"
import { range } from "./declare/tunable.ts"
import { parseDefinition, readDefinition } from "./load.ts"
import { searchIn } from "./search/confirmation.ts"
import { confirm, search } from "./search/define.ts"
import { random } from "./search/random.ts"
import { catalogue, l1, net, psnr, tiles, translate } from "./testing/definition.ts"
import { refusals } from "./testing/refusals.ts"

const parts = { data: tiles(), generator: net() }
const common = { question: "Which?", metrics: [psnr()], budget: { steps: 9 } } as const
const plain = baseline(translate({ ...parts, losses: [l1(1)] }))
const tuned = challenger(translate({ ...parts, losses: [l1(range(1, 9))] }))

const asked = experiment({
  ...common,
  name: "asked",
  arms: { plain },
  compare: [],
  seeds: 1,
})
const searched = search({
  ...common,
  name: "searched",
  arms: { plain, tuned },
  select: "psnr",
  sampler: random({ trials: 2 }),
  seeds: [100],
})
const confirmed = confirm({
  of: searched,
  name: "confirmed",
  question: "Is it so?",
  seeds: [1],
  compare: { metric: "psnr", against: ["plain"] },
})

const found = (): Choice => {
  const arm = { value: 1, tried: 1, trials: 1, steps: 9, seconds: 1, lost: 0 }
  return {
    schema: 1,
    search: "searched",
    hash: searchIn(searched.json, searched.plugins).hash,
    select: "psnr",
    seeds: [100],
    arms: {
      plain: { ...arm, configuration: {} },
      tuned: { ...arm, configuration: { "losses.0.weight": 3 } },
    },
  }
}

function sentences(json: JsonObject): string[] {
  return refusals(() => readDefinition(json, catalogue))
}

describe("a definition", () => {
  test("without a phase is read as an experiment", () => {
    const { name, tuning } = readDefinition(asked.json, asked.plugins)
    expect([name, tuning]).toEqual(["asked", undefined])
  })

  test("of the phase confirm is read as the experiment of what its search chose", () => {
    const { name, arms, tuning } = readDefinition(confirmed.json, confirmed.plugins, { choiceOf: found })
    expect(name).toBe("confirmed")
    expect(tuning).toEqual(found())
    expect(arms.map(({ spec }) => (spec.losses as JsonObject[])[0]!.weight)).toEqual([1, 3])
  })

  test("of the phase search is refused with the command that plays it", () => {
    expect(sentences(searched.json)).toEqual([
      "phase: this is a search, which no verdict can come of; play it with `saddlepoint search`",
    ])
  })

  test("of a phase that does not exist is one sentence with those that do", () => {
    expect(sentences({ ...asked.json, phase: "confrim" })).toEqual([
      'phase: expected "search" or "confirm" as the phase, or none, but got "confrim"',
    ])
    expect(sentences({ ...asked.json, phase: 3 })).toEqual([
      'phase: expected "search" or "confirm" as the phase, or none, but got 3',
    ])
  })

  test("in text says its phase as in TypeScript", () => {
    expect(parseDefinition(JSON.stringify(confirmed.json), catalogue, { choiceOf: found }).hash).toBe(
      readDefinition(confirmed.json, confirmed.plugins, { choiceOf: found }).hash,
    )
    expect(() => parseDefinition(JSON.stringify(searched.json), catalogue)).toThrow("`saddlepoint search`")
  })
})
