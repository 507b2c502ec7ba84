import { type Engine, openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { Images } from "../resize/images.ts"
import { resizers } from "../resize/resizers.ts"
import { type FeatureNetwork, type NetworkDefinition, openFeatureNetwork } from "./featureNetwork.ts"
import { formulaImage, formulaWeights } from "./formulaWeights.ts"
import { type Convolution, parametersOf } from "./layers.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "onnx" })
})
afterAll(() => engine.dispose())

function unit(name: string, inputs: number, outputs: number): Convolution {
  return {
    kind: "convolution",
    name,
    inputs,
    outputs,
    kernel: [3, 3],
    stride: 2,
    padding: [1, 1],
    shift: "batch norm",
    linear: false,
    rectified: true,
  }
}

const definition: NetworkDefinition = {
  name: "a small network",
  side: 16,
  layers: [
    unit("first", 3, 8),
    { kind: "tap", name: "early", what: "image" },
    unit("second", 8, 5),
    { kind: "tap", name: "late", what: "mean" },
  ],
}
const weights = formulaWeights(parametersOf(definition.layers), 3)

const chain = {
  name: "small",
  quantisation: "rounded",
  resize: { resizer: resizers.torch_area!, side: 16 },
  normalisation: { name: "x / 255", subtract: [0, 0, 0], divide: [255, 255, 255] },
} as const

function pictures(count: number, from = 0): Images {
  const values = new Uint8Array(count * 20 * 24 * 3)
  for (let i = 0; i < count; i++) values.set(formulaImage(`${from + i}`, 1, 20, 24), i * 20 * 24 * 3)
  return { values, shape: [count, 20, 24, 3], range: "0..255" }
}

async function using<T>(use: (network: FeatureNetwork) => Promise<T>, taps?: string[]): Promise<T> {
  const network = await openFeatureNetwork(definition, weights, {
    engine,
    ...(taps !== undefined && { taps }),
  })
  try {
    return await use(network)
  } finally {
    network.dispose()
  }
}

test("an image's features are the same bits alone, among others, and in another place", async () => {
  await using(async (network) => {
    const options = { tap: "late", chain, batch: 4 }
    const all = await network.features(pictures(11), options)
    expect(all.length).toBe(11 * 5)
    expect(new Set(all).size).toBeGreaterThan(20)
    for (const at of [0, 3, 10]) {
      expect(await network.features(pictures(1, at), options)).toEqual(all.slice(at * 5, at * 5 + 5))
    }
  })
})

test("several taps come from one pass, images as images and means as features", async () => {
  await using(async (network) => {
    const { early, late } = await network.tapped(pictures(3), { taps: ["early", "late"], chain, batch: 2 })
    expect(early!.shape).toEqual([3, 8, 8, 8])
    expect(late!.shape).toEqual([3, 5])
    expect(late!.values).toEqual(await network.features(pictures(3), { tap: "late", chain, batch: 2 }))
  })
})

test("as many tensors after as before, and no session is left", async () => {
  const before = engine.memory()
  await using(async (network) => {
    await network.features(pictures(9), { tap: "late", chain, batch: 2 })
    const held = engine.memory().tensors
    await network.features(pictures(9), { tap: "late", chain, batch: 2 })
    await network.tapped(pictures(5), { taps: ["early"], chain, batch: 3 })
    expect(engine.memory().tensors).toBe(held)
  })
  expect(engine.memory().tensors).toBe(before.tensors)
  expect(engine.memory().sessions).toBe(before.sessions)
  expect(engine.memory().fallbacks).toEqual(before.fallbacks)
})

test("its code works in a turn of one's own", async () => {
  await using(async (network) => {
    const images = tf.zeros([2, 16, 16, 3]) as tf.Tensor4D
    const { late } = network.apply(images, ["late"])
    expect(late!.shape).toEqual([2, 5])
    tf.dispose([images, late!])
  })
})

test("layers behind the last tap asked for need no weights, and do not change the digest", async () => {
  const { "second.conv.weight": _, ...rest } = weights
  const network = await openFeatureNetwork(definition, rest, { engine, taps: ["early"] })
  expect(network.taps).toEqual(["early"])
  expect(network.digest).toBe(await using(async ({ digest }) => digest, ["early"]))
  expect(network.digest).not.toBe(await using(async ({ digest }) => digest))
  network.dispose()
})

test("the first tensor that is missing or differs is named", async () => {
  const { "second.bn.bias": _, ...missing } = weights
  await expect(openFeatureNetwork(definition, missing, { engine })).rejects.toThrow(
    'Expected weights of a small network with the tensor "second.bn.bias" [5], but there is none; ' +
      "give the state dict of exactly this network.",
  )
  const differing = { ...weights, "first.conv.weight": { shape: [8, 3, 3], values: new Float32Array(72) } }
  await expect(openFeatureNetwork(definition, differing, { engine })).rejects.toThrow(
    '"first.conv.weight" [8, 3, 3, 3], but it has [8, 3, 3]; ',
  )
})

test("what cannot be computed is refused in a sentence", async () => {
  await using(async (network) => {
    await expect(network.features(pictures(1), { tap: "pool", chain })).rejects.toThrow(
      'Expected taps of a small network out of early, late, but got "pool".',
    )
    await expect(network.features(pictures(1), { tap: "late", chain: "torch-fidelity" })).rejects.toThrow(
      "Expected images of 16x16 pixels for a small network, but got 299x299; use a chain that resizes to 16.",
    )
    await expect(network.features(pictures(0), { tap: "late", chain })).rejects.toThrow(
      "Expected at least one image for a small network, but got none.",
    )
    await expect(network.features(pictures(1), { tap: "late", chain, batch: 0 })).rejects.toThrow(
      "Expected a whole number of images per batch, 1 or more, but got 0.",
    )
  })
})
