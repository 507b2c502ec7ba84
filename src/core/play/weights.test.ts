import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import type { Player } from "../contracts/player.ts"
import { firstNonFinite, parameterCounts, restore, weightsDigest, weightsOf } from "./weights.ts"

beforeAll(() => tf.setBackend("cpu"))

const variable = (values: number[]) => tf.tidy(() => tf.variable(tf.tensor1d(values)))
const player = (trained: number[], moving: number[] = []): Player => ({
  variables: { kernel: variable(trained) },
  state: moving.length === 0 ? {} : { mean: variable(moving) },
  apply: ({ image }) => ({ image: image! }),
  dispose() {},
})

test("weights are the variables and the state of all players, restored bit for bit", () => {
  const saved = weightsOf({ generator: player([1, 2], [0.1]), discriminator: player([3]) })
  expect(Object.keys(saved)).toEqual(["discriminator/kernel", "generator/kernel", "generator/mean"])
  const others = { generator: player([0, 0], [0]), discriminator: player([0]) }
  restore(others, saved)
  expect(weightsOf(others)).toEqual(saved)
})

test("the digest depends on names, shapes and every bit, and not on the order of players", () => {
  const digest = (players: Record<string, Player>) => weightsDigest(weightsOf(players))
  const one = digest({ a: player([1, 2]), b: player([3]) })
  expect(digest({ b: player([3]), a: player([1, 2]) })).toBe(one)
  expect(digest({ a: player([1, 2]), c: player([3]) })).not.toBe(one)
  expect(digest({ a: player([1, 2 + 2 ** -22]), b: player([3]) })).not.toBe(one)
  expect(digest({ a: player([1]), b: player([2, 3]) })).not.toBe(one)
})

test("weights of another definition are refused in one sentence", () => {
  const saved = weightsOf({ generator: player([1, 2]) })
  expect(() => restore({ generator: player([1, 2, 3]) }, saved)).toThrow(
    "Expected saved weights for generator/kernel of shape [3] but got [2]; the weights belong to another definition.",
  )
  expect(() => restore({ critic: player([1]) }, saved)).toThrow(
    "Expected saved weights for critic/kernel of shape [1] but got nothing",
  )
})

test("a value that is not finite is found by name, and state does not count as parameters", () => {
  const players = { generator: player([1, 2], [Number.NaN]) }
  expect(firstNonFinite(weightsOf(players))).toBe("generator/mean")
  expect(firstNonFinite(weightsOf({ generator: player([1, 2]) }))).toBeUndefined()
  expect(parameterCounts(players)).toEqual({ generator: 2 })
})
