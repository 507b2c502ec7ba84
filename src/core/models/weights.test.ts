import { openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import type { Fields } from "../contracts/field.ts"
import type { Player } from "../contracts/player.ts"
import { mistakesOfWeights } from "../layers/kernelWeights.ts"
import { dcganDiscriminatorPlugin, makeDcganDiscriminator } from "./dcganDiscriminator.ts"
import { mlpDiscriminatorPlugin } from "./mlpDiscriminator.ts"
import { makePatchGan } from "./patchGan.ts"
import { batchOf, images } from "./testing/fields.ts"
import { duringPlayedStep } from "./testing/playedStep.ts"

beforeAll(async () => {
  await openEngine({ device: "js" })
})

const image = images(16, 16, 1)
const label = { shape: [], dtype: "int32", classes: 3 } as const
const mlp = {
  of: "images",
  hidden: [6, 5],
  activation: "leakyRelu",
  initialisation: "auto",
  weights: "spectral",
} as const

const discriminators: readonly (readonly [string, Fields, () => Player])[] = [
  [
    "dcganDiscriminator",
    { image, label },
    () => player(makeDcganDiscriminator({ width: 2, norm: "none", weights: "spectral" }), { image, label }),
  ],
  [
    "patchGan",
    { image },
    () =>
      player(makePatchGan({ width: 2, receptiveField: 7, conditional: false, weights: "spectral" }), {
        image,
      }),
  ],
  ["mlpDiscriminator", { image }, () => player(mlpDiscriminatorPlugin.build(mlp), { image })],
]

function player(model: ReturnType<typeof makePatchGan>, inputs: Fields): Player {
  return model.player("discriminator", { inputs }, 1)
}

const scored = (of: Player, values: Record<string, tf.Tensor>, mode: "train" | "evaluate") =>
  duringPlayedStep(() => of.apply(values, mode).scores!)

test.each(discriminators)(
  "every kernel of a spectral %s has its vectors, and its scale does not matter",
  (_, fields, make) => {
    const made = make()
    const kernels = Object.keys(made.variables).filter((name) => /(kernel|embedding)$/.test(name))
    const vectors = kernels.flatMap((name) => ["u", "v"].map((end) => name.replace(/[^/]+$/, end)))
    expect(Object.keys(made.state).toSorted()).toEqual(vectors.toSorted())
    tf.tidy(() => {
      const values = batchOf(fields, 3)
      const before = scored(made, values, "evaluate").dataSync()
      for (const name of kernels) made.variables[name]!.assign(tf.mul(made.variables[name]!, 7))
      const after = scored(made, values, "evaluate").dataSync()
      for (const [i, score] of before.entries()) expect(after[i]).toBeCloseTo(score, 4)
    })
    made.dispose()
  },
)

test("a spectral perceptron with leaky ReLU is no steeper than 1, whatever its kernels", () => {
  const made = player(mlpDiscriminatorPlugin.build(mlp), { image })
  tf.tidy(() => {
    for (const variable of Object.values(made.variables)) variable.assign(tf.mul(variable, 5))
    const x = batchOf({ image }, 8).image!
    // A hundred iterations later the norms are known.
    for (let i = 0; i < 100; i++) scored(made, { image: x }, "train")
    const gradients = tf.grad((seen: tf.Tensor) => tf.sum(made.apply({ image: seen }, "evaluate").scores!))(x)
    const norms = tf.norm(tf.reshape(gradients, [8, -1]), 2, 1).dataSync()
    for (const norm of norms) expect(norm).toBeLessThanOrEqual(1 + 1e-4)
  })
  made.dispose()
})

test("equalised kernels start from N(0, 1) and outputs keep He's scale", () => {
  const [equalised, he] = (["equalised", "plain"] as const).map((weights) =>
    player(
      makeDcganDiscriminator({
        width: 16,
        norm: "none",
        weights,
        initialisation: weights === "plain" ? "he" : "auto",
      }),
      { image },
    ),
  )
  tf.tidy(() => {
    const kernel = equalised!.variables["conv2/kernel"]!
    expect(Math.sqrt(tf.mean(tf.square(kernel)).dataSync()[0]!)).toBeCloseTo(1, 1)
    const x = batchOf({ image }, 4)
    // The same normal numbers, scaled at the start or at every use.
    const [one, other] = [equalised!, he!].map((each) => scored(each, x, "evaluate").dataSync())
    for (const [i, score] of one!.entries()) expect(score).toBeCloseTo(other![i]!, 4)
  })
  equalised!.dispose()
  he!.dispose()
})

test("equalised weights with an initialisation of their own are a mistake", () => {
  expect(mistakesOfWeights({ weights: "equalised", initialisation: "auto" })).toEqual([])
  expect(mistakesOfWeights({ weights: "spectral", initialisation: "he" })).toEqual([])
  expect(mistakesOfWeights({ initialisation: "he" })).toEqual([])
  const options = {
    width: 2,
    norm: "none",
    statistics: "moving",
    initialisation: "orthogonal",
    weights: "equalised",
  }
  expect(dcganDiscriminatorPlugin.check!(options as never)).toEqual([
    {
      path: ["initialisation"],
      message: expect.stringMatching(/^expected no initialisation beside equalised weights/),
    },
  ])
})
