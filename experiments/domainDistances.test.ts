import type { Split } from "@saddlepoint/core/contracts/dataset"
import type { ClassMetric } from "@saddlepoint/core/contracts/metric"
import { decodeDefinition } from "@saddlepoint/core/declare/decode/decode"
import { resolve } from "@saddlepoint/core/declare/decode/resolve"
import { readBatch } from "@saddlepoint/core/play/loader"
import { toTensors } from "@saddlepoint/core/play/toTensors"
import * as tf from "@saddlepoint/engine/tf"
import { proxyADistancePlugin } from "@saddlepoint/metrics/proxyADistance"
import { beforeAll, expect, test } from "vitest"
import definition from "./adaptation-distance.ts"

/** Whether the targets of the distance experiment lie where it says, before any arm runs. */
beforeAll(async () => {
  await tf.setBackend("cpu")
})

const { arms } = decodeDefinition(definition.json, definition.plugins)

/** The distance of the images of an arm's two domains; the answers are all alike. */
async function imageDistance(name: string): Promise<number> {
  const { spec } = arms.find((arm) => arm.name === name)!
  const data = resolve("dataset", spec.data!, definition.plugins)
  const dataset = await data.open()
  const metric: ClassMetric = proxyADistancePlugin.build({})
  const metering = await metric.begin({ dataset, datasetDigest: await data.digest(), judges: {} })
  const domains: [domain: "source" | "target", split: Split][] = [
    ["source", dataset.sourceTest!],
    ["target", dataset.splits.test],
  ]
  for (const [domain, split] of domains) {
    const indices = Array.from({ length: split.size }, (_, i) => i)
    const { image } = toTensors({ image: (await readBatch(split, indices)).image! })
    const output = tf.zeros([split.size, dataset.classes!.length])
    await metering.update({ domain, image: image!, output })
    tf.dispose([image!, output])
  }
  return (await metering.compute()).values.imageDistance!
}

test("other clean digits have no distance, blurred and rotated ones some, and of the rest hardly any is taken for clean", async () => {
  const distances: Record<string, number> = {}
  for (const target of ["clean", "blurred", "textured", "rotated", "colour-clutter", "inverted"]) {
    distances[target] = await imageDistance(`sourceOnly/data=${target}`)
  }
  const { clean, blurred, rotated, ...rest } = distances
  expect(Math.abs(clean!)).toBeLessThan(0.3) // 500 held-out rows: at chance, a deviation of 0.09
  expect(blurred).toBeGreaterThan(0.7)
  expect(rotated).toBeGreaterThan(blurred! + 0.3)
  for (const distance of Object.values(rest)) expect(distance).toBeGreaterThan(1.9)
})

test("both arms have the same data at a target, and start from the same source everywhere", () => {
  const dataOf = (name: string) => arms.find((arm) => arm.name === name)!.spec.data as { source: unknown }
  for (const target of ["blurred", "textured", "rotated", "colour-clutter", "inverted"]) {
    expect(dataOf(`dann/data=${target}`)).toEqual(dataOf(`sourceOnly/data=${target}`))
    expect(dataOf(`dann/data=${target}`).source).toEqual(dataOf("sourceOnly/data=clean").source)
  }
})
