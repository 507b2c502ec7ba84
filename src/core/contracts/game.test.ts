import { expect, test } from "vitest"
import { makeSgd } from "../optimisers/sgd.ts"
import { learn, nCritic } from "./game.ts"

const objective = () => {
  throw new Error("never played")
}

test("a move of one group keeps its name, cadence and gate, and has no rate where none was given", () => {
  const optimiser = makeSgd({ rate: 0.1 })
  const gate = objective
  expect(
    learn({ name: "critic", learns: ["a", "b"], optimiser, when: { every: 2 }, gate, objective }),
  ).toEqual({
    kind: "learn",
    name: "critic",
    when: { every: 2 },
    gate,
    objective,
    groups: [{ learns: ["a", "b"], optimiser }],
  })
  const rate = () => 0.5
  expect(learn({ name: "critic", learns: ["a"], optimiser, rate, objective }).groups).toEqual([
    { learns: ["a"], optimiser, rate },
  ])
})

test("nCritic(1) is every step", () => {
  expect(nCritic(1)).toEqual({ every: 1, from: 0 })
  expect(nCritic(5)).toEqual({ every: 5, from: 4 })
})
