import { openEngine } from "@saddlepoint/engine"
import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import { expect, test } from "vitest"
import { parameterCount } from "./convolutionTable.ts"
import { makeResnetGenerator, residualBlocks, resnetGeneratorTable } from "./resnetGenerator.ts"
import { images } from "./testing/fields.ts"

function image(key: string, [height, width, channels]: readonly [number, number, number], batch = 1) {
  const values = stream(4, key).fillNormal(new Float32Array(batch * height * width * channels))
  return tf.tensor4d(values, [batch, height, width, channels])
}

test("the published networks have the published numbers of parameters", () => {
  // Counted in PyTorch with affine instance norms and biases: 3 channels in and out, width 64.
  const count = (blocks: 3 | 6 | 9) =>
    parameterCount(resnetGeneratorTable({ blocks, width: 64 }, 3, 3), "instance")
  expect([count(6), count(9)]).toEqual([7_845_123, 11_388_675])
})

test("the table counts the variables that are made, and images keep their size, in (-1, 1)", async () => {
  await tf.setBackend("cpu")
  for (const blocks of residualBlocks) {
    const before = tf.memory().numTensors
    const player = makeResnetGenerator({ blocks, width: 2, channels: 2 }).player(
      "g",
      { inputs: { image: images(8, 12, 3) } },
      1,
    )
    const made = Object.values(player.variables).reduce((total, variable) => total + variable.size, 0)
    expect(made).toBe(parameterCount(resnetGeneratorTable({ blocks, width: 2 }, 3, 2), "instance"))
    tf.tidy(() => {
      const y = player.apply({ image: image("x", [8, 12, 3], 2) }, "train").image!
      expect(y.shape).toEqual([2, 8, 12, 2])
      expect(Math.max(...tf.abs(y).dataSync())).toBeLessThan(1)
    })
    player.dispose()
    expect(tf.memory().numTensors).toBe(before)
  }
})

test("by default it answers with as many channels as it is asked with", async () => {
  await tf.setBackend("cpu")
  const player = makeResnetGenerator({ blocks: 3, width: 2 }).player(
    "g",
    { inputs: { image: images(8, 8, 1) } },
    1,
  )
  expect(tf.tidy(() => player.apply({ image: image("x", [8, 8, 1]) }, "evaluate").image!.shape)).toEqual([
    1, 8, 8, 1,
  ])
  player.dispose()
})

test("an example's answer does not depend on the rest of its batch, nor on the mode", async () => {
  await tf.setBackend("cpu")
  const player = makeResnetGenerator({ blocks: 3, width: 2 }).player(
    "g",
    { inputs: { image: images(8, 8, 1) } },
    1,
  )
  const [together, alone] = tf.tidy(() => {
    const x = image("x", [8, 8, 1], 3)
    const first = tf.slice(x, [0, 0, 0, 0], [1, -1, -1, -1])
    return [
      tf.slice(player.apply({ image: x }, "train").image!, [0, 0, 0, 0], [1, -1, -1, -1]).dataSync(),
      player.apply({ image: first }, "evaluate").image!.dataSync(),
    ]
  })
  for (const [at, value] of alone!.entries()) expect(together![at]).toBeCloseTo(value, 5)
  player.dispose()
})

test("without its blocks' changes it is the network around them: blocks add to what comes in", async () => {
  await tf.setBackend("cpu")
  const player = makeResnetGenerator({ blocks: 3, width: 2 }).player(
    "g",
    { inputs: { image: images(8, 8, 1) } },
    1,
  )
  const shallow = makeResnetGenerator({ blocks: 6, width: 2 }).player(
    "g",
    { inputs: { image: images(8, 8, 1) } },
    1,
  )
  // A norm with scale and shift 0 makes a block's change 0.
  for (const [name, variable] of [
    ...Object.entries(player.variables),
    ...Object.entries(shallow.variables),
  ]) {
    if (/^block\d+b\/norm/.test(name)) tf.tidy(() => variable.assign(tf.zerosLike(variable)))
  }
  const [three, six] = tf.tidy(() => {
    const x = image("x", [8, 8, 1])
    return [
      player.apply({ image: x }, "evaluate").image!.dataSync(),
      shallow.apply({ image: x }, "evaluate").image!.dataSync(),
    ]
  })
  expect(six).toEqual(three)
  player.dispose()
  shallow.dispose()
})

test("images that cannot be halved twice are refused in one sentence", () => {
  const model = makeResnetGenerator()
  expect(model.refuses!({ inputs: { image: images(28, 28, 1) } })).toEqual([])
  expect(model.refuses!({ inputs: { image: images(30, 28, 1) } })).toEqual([
    "Expected sides of at least 8 pixels that 4 divides for the residual generator, but got an image of 30x28; change the image size.",
  ])
  expect(model.refuses!({ inputs: { image: images(4, 4, 1) } })).toHaveLength(1)
  expect(model.refuses!({ inputs: { image: { shape: [2], dtype: "float32" } } })).toHaveLength(1)
})

test("gradients of all its variables agree between the engines", async () => {
  const gradients = async (device: "js" | "onnx") => {
    const engine = await openEngine({ device, threads: 1 })
    const player = makeResnetGenerator({ blocks: 3, width: 2 }).player(
      "g",
      { inputs: { image: images(8, 8, 1) } },
      1,
    )
    const { grads } = tf.variableGrads(() => {
      const [x, y] = [image("x", [8, 8, 1], 2), image("y", [8, 8, 1], 2)]
      return tf.mean(tf.square(tf.sub(player.apply({ image: x }, "train").image!, y))) as tf.Scalar
    }, Object.values(player.variables))
    const values = await Promise.all(
      Object.values(player.variables).map(async ({ name }) => Array.from(await grads[name]!.data())),
    )
    player.dispose()
    tf.dispose(grads)
    engine.dispose()
    return values
  }
  const [one, other] = [await gradients("js"), await gradients("onnx")]
  expect(one).toHaveLength(other.length)
  for (const [at, values] of one.entries()) {
    const largest = Math.max(...values.map(Math.abs), 1e-3)
    for (const [i, value] of values.entries()) {
      expect(Math.abs(value - other[at]![i]!)).toBeLessThan(1e-3 * largest)
    }
  }
})
