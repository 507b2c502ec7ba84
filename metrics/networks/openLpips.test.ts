import { openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { expect, test } from "vitest"
import type { Images } from "../resize/images.ts"
import { formulaImage, formulaTensor } from "./formulaWeights.ts"
import { parametersOf } from "./layers.ts"
import { type LpipsNorm, lpipsBackbones, openLpips } from "./openLpips.ts"

/** Formula weights of the case "squeeze" of the reference numbers (lpips.json), seed 3. */
const backbone = Object.fromEntries(
  parametersOf(lpipsBackbones.squeeze.definition.layers).map(({ name, shape }) => {
    return [name, { shape, values: formulaTensor(`lpips.squeeze.${name}`, shape, 3) }] as const
  }),
)
const heads = Object.fromEntries(
  [64, 128, 256, 384, 384, 512, 512].map((channels, i) => {
    const shape = [1, channels, 1, 1]
    const values = formulaTensor(`lpips.squeeze.lin${i}`, shape, 3, { times: 1, plus: 0 })
    return [`lin${i}.model.1.weight`, { shape, values }] as const
  }),
)

function images(...names: readonly string[]): Images {
  const values = new Uint8Array(names.length * 64 * 64 * 3)
  names.forEach((name, i) => {
    values.set(formulaImage(name, 3, 64, 64), i * 64 * 64 * 3)
  })
  return { values, shape: [names.length, 64, 64, 3], range: "0..255" }
}

const open = async (norm?: LpipsNorm) => {
  const engine = await openEngine({ device: "onnx" })
  return openLpips("squeeze", backbone, heads, { engine, ...(norm !== undefined && { norm }) })
}

test("formula weights give the distance on record", async () => {
  const metric = await open()
  const { total, perLayer } = await metric.distances(images("lpips_a"), images("lpips_b"), { batch: 1 })
  // lpips.json, case "squeeze", float64 in torchmetrics; tolerance in float32 1e-4.
  expect(Math.abs(total[0]! / 0.07578984761371779 - 1)).toBeLessThan(1e-4)
  expect(Math.abs(perLayer[0]![0]! / 0.040030728651369356 - 1)).toBeLessThan(1e-4)
  const map = await metric.maps(images("lpips_a"), images("lpips_b"), { batch: 1 })
  expect(map.length).toBe(64 * 64)
  expect(Math.abs(map[0]! / 0.050135082378414034 - 1)).toBeLessThan(1e-4)
  metric.dispose()
})

test("it is 0 for equal images, symmetric, and a pair's own", async () => {
  const metric = await open()
  const before = tf.memory().numTensors
  const some = images("one", "two", "three")
  const others = images("two", "one", "three")
  const { total } = await metric.distances(some, others, { batch: 2 })
  expect(total[2]).toBe(0)
  expect(total[0]!).toBeGreaterThan(0.01)
  expect(Math.abs(total[0]! - total[1]!)).toBeLessThan(1e-7)
  const { total: alone } = await metric.distances(images("two"), images("one"), { batch: 2 })
  expect(alone[0]).toBe(total[1])
  expect(tf.memory().numTensors).toBe(before)
  metric.dispose()
})

test("the two norms differ by little, and are told apart", async () => {
  const [torchmetrics, original] = [await open("torchmetrics"), await open("original")]
  expect(torchmetrics.description).not.toBe(original.description)
  expect(torchmetrics.digest).toBe(original.digest)
})

test("pairs and heads that do not fit are refused", async () => {
  const metric = await open()
  await expect(metric.distances(images("one", "two"), images("one"))).rejects.toThrow(
    "Expected pairs of images of one size for LPIPS, but got [2, 64, 64, 3] and [1, 64, 64, 3].",
  )
  const { "lin3.model.1.weight": _, ...missing } = heads
  await expect(openLpips("squeeze", backbone, missing)).rejects.toThrow(
    'Expected heads of LPIPS squeeze with the tensor "lin3.model.1.weight" [1, 384, 1, 1], but there is none; ' +
      "give the file squeeze.pth of its version 0.1.",
  )
  metric.dispose()
})
