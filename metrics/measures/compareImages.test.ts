import { type Engine, openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import { inceptionJudge } from "../judges/inception.ts"
import { settledMoments } from "../maths/features/moments.ts"
import {
  type FeatureNetwork,
  type NetworkDefinition,
  openFeatureNetwork,
} from "../networks/featureNetwork.ts"
import { formulaImage, formulaWeights } from "../networks/formulaWeights.ts"
import { type Convolution, parametersOf } from "../networks/layers.ts"
import { chains } from "../resize/chains.ts"
import type { Images } from "../resize/images.ts"
import { compareImages } from "./compareImages.ts"

let engine: Engine
let network: FeatureNetwork
beforeAll(async () => {
  engine = await openEngine({ device: "onnx" })
  network = await openFeatureNetwork(definition, formulaWeights(parametersOf(definition.layers), 3), {
    engine,
  })
})
afterAll(() => {
  network.dispose()
  engine.dispose()
})

const layer = (name: string, inputs: number, outputs: number): Convolution => ({
  kind: "convolution",
  name,
  inputs,
  outputs,
  kernel: [3, 3],
  stride: 2,
  padding: [1, 1],
  shift: "batch norm",
  linear: false,
  rectified: false,
})
const definition: NetworkDefinition = {
  name: "a small network",
  side: 12,
  layers: [
    layer("first", 3, 4),
    { kind: "tap", name: "features", what: "mean" },
    layer("second", 4, 5),
    { kind: "tap", name: "logits_unbiased", what: "mean" },
  ],
}
const chain = { ...chains["pytorch-fid"]!, resize: undefined }

function pictures(name: string, count: number): Images {
  const values = new Uint8Array(count * 12 * 12 * 3)
  for (let i = 0; i < count; i++) values.set(formulaImage(`${name}${i}`, 1, 12, 12), i * 12 * 12 * 3)
  return { values, shape: [count, 12, 12, 3], range: "0..255" }
}
const options = {
  taps: { features: "features", logits: "logits_unbiased" },
  chain,
  measures: { fid: true, kid: "all pairs", inceptionScore: { convention: "studiogan" } },
} as const

test("sets are compared over one network, with an identity that says which, how and of what", async () => {
  const [real, fake] = [pictures("real", 12), pictures("fake", 9)]
  const { values, identity } = await compareImages({ ...options, network, real: [real], generated: [fake] })
  expect(Object.keys(values)).toEqual(["fid", "kid", "inceptionScore", "inceptionScoreDeviation"])
  expect(values.fid).toBeGreaterThan(0)
  expect(identity).toMatchObject({
    judge: network.digest,
    tap: "features",
    images: 9,
    realImages: 12,
    splits: 1,
  })
  expect(identity.reference).toMatch(/^[0-9a-f]{64}$/)
  const other = await compareImages({ ...options, network, real: [fake], generated: [fake] })
  expect(other.identity.reference).not.toBe(identity.reference)
  expect(Math.abs(other.values.fid!)).toBeLessThan(1e-9)
})

test("how images come in batches changes no value, and no tensor is left behind", async () => {
  const [real, fake] = [pictures("real", 12), pictures("fake", 9)]
  const once = await compareImages({ ...options, network, real: [real], generated: [fake] })
  const before = tf.memory().numTensors
  async function* oneByOne(): AsyncGenerator<Images> {
    for (let i = 0; i < 9; i++)
      yield { ...fake, values: fake.values.subarray(i * 432, (i + 1) * 432), shape: [1, 12, 12, 3] }
  }
  const streamed = await compareImages({ ...options, network, real: [real], generated: oneByOne() })
  expect(tf.memory().numTensors).toBe(before)
  for (const [name, value] of Object.entries(once.values)) {
    if (Number.isNaN(value)) continue
    expect(Math.abs(streamed.values[name]! - value)).toBeLessThan(1e-8 * Math.max(1, Math.abs(value)))
  }
})

test("an empty set is refused in one sentence", async () => {
  const real = pictures("real", 4)
  await expect(compareImages({ ...options, network, real: [real], generated: [] })).rejects.toThrow(
    "Expected images to compare, but a set is empty; check its folder.",
  )
})

test("a measure that cannot be had takes the others along, unless they are asked for partly", async () => {
  const [real, fake] = [pictures("real", 12), pictures("fake", 9)]
  const sides = { network, real: [real], generated: [fake] }
  const asked = { ...options, measures: { fid: true, kid: { subsetSize: 10, seed: 1 } } } as const
  await expect(compareImages({ ...asked, ...sides })).rejects.toThrow(/^Expected at least 10 vectors/)
  const { values, failures } = await compareImages({ ...asked, ...sides, partly: true })
  const whole = await compareImages({ ...options, ...sides })
  expect(values).toEqual({ fid: whole.values.fid })
  expect(failures.kid?.message).toMatch(/^Expected at least 10 vectors on each side/)
  expect(whole.failures).toEqual({})
})

test("moments stand on the generated side, too, and the identity names them", async () => {
  const [real, fake] = [pictures("real", 12), pictures("fake", 9)]
  const fid = { ...options, network, measures: { fid: true }, real: [real] } as const
  const whole = await compareImages({ ...fid, generated: [fake] })
  const seen = whole.generated
  if (!("moments" in seen)) throw new Error("no moments were kept")
  const moments = { gaussian: settledMoments(seen.moments), name: "digest" }
  const { values, identity } = await compareImages({ ...fid, generated: moments })
  expect(values).toEqual(whole.values)
  expect(identity).toMatchObject({ generated: "digest", images: 0, realImages: 12 })
})

test("as a judge of trials the network sees images in [-1, 1] as it sees their bytes, grey ones in three channels", async () => {
  const { player, digest } = inceptionJudge(network, chain, "features")
  expect(digest).toBe(network.digest)
  const images = pictures("real", 3)
  const colour = tf.tensor4d(
    Float32Array.from(images.values, (byte) => byte / 127.5 - 1),
    [...images.shape],
  )
  const features = await player.taps.features!.rows(colour)
  expect(features).toEqual(await network.features(images, { tap: "features", chain }))
  const grey = tf.tidy(() => tf.slice(colour, [0, 0, 0, 0], [3, 12, 12, 1]) as tf.Tensor4D)
  const three = tf.tidy(() => tf.tile(grey, [1, 1, 1, 3]))
  expect(await player.taps.logits!.rows(grey)).toEqual(await player.taps.logits!.rows(three))
  tf.dispose([colour, grey, three])
})
