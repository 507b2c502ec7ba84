import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import type { LossWorld } from "../contracts/loss.ts"
import type { Player, Values } from "../contracts/player.ts"
import { perceptual } from "./perceptual.ts"
import { builtLoss } from "./testing/builtLoss.ts"
import { fakeNetwork } from "./testing/fakeNetwork.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

/** A world with a network that sees as a function says. */
function seeing(apply: (image: tf.Tensor, mode: string) => Values): LossWorld {
  const network: Player = {
    variables: {},
    state: {},
    apply: ({ image }, mode) => apply(image!, mode),
    dispose() {},
  }
  return {
    given: { network },
    draw: () => {
      throw new Error("never draws")
    },
  }
}

const built = (distance?: "squared" | "absolute") =>
  builtLoss(
    perceptual({ network: fakeNetwork({ factor: 2 }), ...(distance === undefined ? {} : { distance }) }),
  )

const valuesOf = (loss: ReturnType<typeof built>, world: LossWorld) =>
  tf.tidy(() => {
    const output = tf.tensor4d([0, 0.5, 1, -1], [2, 1, 2, 1])
    return Array.from(loss.sides.learner!({ output, target: tf.zeros([2, 1, 2, 1]) }, world).dataSync())
  })

test("it is the mean distance of what a network sees: of twice the image four times the mean square", () => {
  const twice = seeing((image) => ({ features: tf.mul(image, 2) }))
  // 4 (0 + 1/4) / 2 and 4 (1 + 1) / 2; 2 (0 + 1/2) / 2 and 2 (1 + 1) / 2
  expect(valuesOf(built(), twice)).toEqual([0.5, 4])
  expect(valuesOf(built("absolute"), twice)).toEqual([0.5, 2])
})

test("layers count alike, and what else a network gives does not", () => {
  const layered = seeing((image) => ({
    "features.near": tf.mul(image, 2),
    "features.far": tf.mean(image, [1, 2]),
    classLogits: tf.mul(tf.mean(image, [1, 2]), 1e3),
  }))
  // (0.5 + (1/4)^2) / 2 and (4 + 0) / 2
  expect(valuesOf(built(), layered)).toEqual([0.28125, 2])
})

test("the network is applied as for judging, and one without features is refused in a sentence", () => {
  const modes: string[] = []
  valuesOf(
    built(),
    seeing((image, mode) => {
      modes.push(mode)
      return { features: image }
    }),
  )
  expect(modes).toEqual(["evaluate", "evaluate"])
  const blind = seeing((image) => ({ scores: tf.mean(image, [1, 2]) }))
  expect(() => valuesOf(built(), blind)).toThrow(
    "Expected a network that gives features, or features.<layer>, for the perceptual loss, but got one that gives none; choose another network.",
  )
})

test("it asks for its network by name, and has none of its own", () => {
  expect(Object.entries(built().needs!).map(([need, { task }]) => [need, task])).toEqual([
    ["network", "times 2"],
  ])
  expect(() => builtLoss(perceptual())).toThrow("network: expected a judge but got nothing; add it")
})
