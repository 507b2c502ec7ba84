import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { stagesOf } from "@saddlepoint/core/contracts/method"
import { l1 } from "@saddlepoint/core/losses/l1"
import { pix2pix } from "@saddlepoint/core/methods/translation/pix2pix"
import { unet } from "@saddlepoint/core/models/unet"
import { openLoader } from "@saddlepoint/datasets/loader"
import { openEngine } from "@saddlepoint/engine/open"
import { expect, test } from "vitest"
import { built } from "../workloads/built.ts"
import { imageField, noiseSplit } from "../workloads/noise.ts"
import { givenData } from "../workloads/playMethod.ts"
import { readNumbers } from "./arrayFolder.ts"
import { exportTrial } from "./exportTrial.ts"

const image = imageField(4, 3)
const train = noiseSplit("train", 5, { input: image, target: image, other: image })
const held = noiseSplit("test", 3, { input: image, target: image })
const dataset = { splits: { train, validation: held, test: held } }

test("a trial is exported as weights, the fields that its method requires, the loader's batches, and what is to be answered", async () => {
  const engine = await openEngine({ device: "js" })
  const folder = mkdtempSync(join(tmpdir(), "exported-"))
  const data = givenData({ input: "image", target: "image" }, dataset)
  const method = built(
    pix2pix({ data, generator: unet({ width: 2, norm: "none" }), losses: [l1()], batch: 2 }),
  )
  const stages = stagesOf(method, dataset)
  const spec = { use: "pix2pix", data: "elsewhere", batch: 2 }
  await exportTrial({ method, spec, dataset, stages, seed: 6, steps: 4 }, folder)
  const about = JSON.parse(readFileSync(join(folder, "about.json"), "utf8"))
  const { arrays, ...rest } = about
  expect(rest).toEqual({ seed: 6, steps: 4, batch: 2, method: { use: "pix2pix", batch: 2 } })
  expect(Object.keys(arrays)).toEqual([
    ...["down1", "down2", "up1", "up2"].flatMap((layer) => [
      `weights/generator/${layer}/bias`,
      `weights/generator/${layer}/kernel`,
    ]),
    "train/input",
    "train/target",
    "order/",
    "test/input",
  ])
  expect(arrays["order/"]).toMatchObject({ dtype: "int32", shape: [4, 2] })
  const bytes = readFileSync(join(folder, arrays["order/"].file))
  const order = new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  const inputs = readNumbers(join(folder, arrays["train/input"].file))
  const loader = openLoader({ split: train, batch: 2, seed: 6, stage: "translation" })
  const third = (await loader.next(3)).input!.values
  loader.close()
  const rows = [...order.slice(6, 8)].flatMap((row) => [...inputs.slice(row * 48, (row + 1) * 48)])
  expect(rows).toEqual([...third])
  rmSync(folder, { recursive: true })
  engine.dispose()
})
