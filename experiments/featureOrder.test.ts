import { join } from "node:path"
import { controls } from "@saddlepoint/core/answer/controls"
import { evaluate } from "@saddlepoint/core/answer/evaluate"
import type { Dataset } from "@saddlepoint/core/contracts/dataset"
import type { JsonObject } from "@saddlepoint/core/contracts/json"
import { build } from "@saddlepoint/core/declare/decode/resolve"
import { pluginMap } from "@saddlepoint/core/declare/definition"
import { train } from "@saddlepoint/core/play/trainer"
import { weightsDigest, weightsOf } from "@saddlepoint/core/play/weights"
import { datasets } from "@saddlepoint/datasets/catalogue"
import { openLoader } from "@saddlepoint/datasets/loader"
import { availability, openEngine } from "@saddlepoint/engine"
import { fidPlugin } from "@saddlepoint/metrics/fid"
import { domainFeaturesPlugin } from "@saddlepoint/metrics/judges/domainFeatures"
import { expect, test } from "vitest"

/**
 * Whether features as they are by default learn their task and order real, blurred and trivial images, on the sets where those of
 * version 1 did not: digits whose test split differs from its training split, and few photographs. `metrics/judges/README.md` has
 * every set.
 */
const onnx = (await availability()).find(({ name }) => name === "onnx")
const folder = process.env.SADDLEPOINT_DATA
const plugins = pluginMap(datasets)

const zebras = {
  use: "imageFolder",
  folder: join(folder ?? "", "horse2zebra/trainB"),
  labels: "none",
  size: 64,
}
const cases: Readonly<Record<string, JsonObject>> = {
  "USPS at 28 px": { use: "usps" },
  "36 photographs of zebras at 64 px, three features": { ...zebras, validation: 0.05, test: 0.3 },
}

test.skipIf(!onnx?.available || folder === undefined).each(Object.entries(cases))(
  "%s (needs the onnx engine and SADDLEPOINT_DATA)",
  async (_name, spec) => {
    const engine = await openEngine({ device: "onnx" })
    const data: Dataset = build("dataset", spec, plugins)
    const dataset = await data.open()
    const judge = domainFeaturesPlugin.build({ steps: 400, seed: 0, width: 16 })
    const { seed, steps } = judge
    const { players } = await train({ stages: judge.stages(dataset), seed, steps, engine, openLoader })
    const player = players[judge.player]!
    const { value, atLeast } = await judge.exam(player, dataset)
    expect(value).toBeGreaterThan(atLeast)
    const judges = { features: { player, digest: weightsDigest(weightsOf(players)) } }
    const distances: number[] = []
    for (const control of controls) {
      const { fid } = await evaluate({
        method: control.build({ data }),
        players: {},
        dataset,
        datasetDigest: await data.digest(),
        metrics: [{ metric: fidPlugin.build({ features: judge }), judges }],
        engine,
        seed: 0,
      })
      distances.push(fid!.value)
    }
    const [real, blurred, trivial] = distances as [number, number, number]
    expect(blurred).toBeGreaterThan(2 * real)
    expect(trivial).toBeGreaterThan(2 * blurred)
    player.dispose()
    engine.dispose()
  },
  600_000,
)
