import type { Metric, MetricWorld, PairBatch, PairMetric } from "@saddlepoint/core/contracts/metric"
import { decodePlugin } from "@saddlepoint/core/declare/decode/decodePlugin"
import { resolve } from "@saddlepoint/core/declare/decode/resolve"
import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import { expect, test } from "vitest"
import { meanAbsoluteErrorPlugin } from "./meanAbsoluteError.ts"
import { meanSquaredErrorPlugin } from "./meanSquaredError.ts"
import { msSsimPlugin } from "./msSsim.ts"
import { psnrPlugin } from "./psnr.ts"
import { ssimPlugin } from "./ssim.ts"

const plugins = new Map(
  [meanAbsoluteErrorPlugin, meanSquaredErrorPlugin, msSsimPlugin, psnrPlugin, ssimPlugin].map(
    (plugin) => [`metric/${plugin.name}`, plugin] as const,
  ),
)
// Metrics of pairs look at nothing of the world but the dataset's digest.
const world = { dataset: {}, datasetDigest: "d", judges: {} } as unknown as MetricWorld

function batchOf(height: number, width: number, name: string): PairBatch {
  const source = stream("pairMetric.test", name)
  const target = Float32Array.from({ length: 2 * height * width }, () => 2 * source.uniform() - 1)
  const output = target.map((value) => 0.7 * value + 0.3 * (2 * source.uniform() - 1))
  const images = tf.tensor(target, [2, height, width, 1])
  return { input: images, output: tf.tensor(output, [2, height, width, 1]), target: images }
}

async function judged(metric: Metric, ...batches: PairBatch[]) {
  const metering = await (metric as PairMetric).begin(world)
  for (const batch of batches) await metering.update(batch)
  return metering.compute()
}

test("an option that is left out is no part of a definition, so that the options gave no trial another identity", () => {
  for (const name of ["psnr", "ssim", "msSsim", "meanSquaredError", "meanAbsoluteError"]) {
    expect(decodePlugin({ use: name }, "metric", [], { plugins, mistakes: [] })).toEqual({ use: name })
  }
})

test("without options, psnr and ssim have the identities that they had before there were options", async () => {
  const batch = batchOf(16, 16, "plain")
  expect((await judged(resolve("metric", { use: "psnr" }, plugins), batch)).identity).toEqual({
    metric: "psnr",
    version: 1,
    values: "-1..1",
    dataRange: 2,
    reduction: "mean squared error over all images, then one logarithm",
    smallestError: 1e-10,
    images: 2,
    dataset: "d",
  })
  expect((await judged(resolve("metric", { use: "ssim" }, plugins), batch)).identity).toEqual({
    metric: "ssim",
    version: 1,
    values: "0..1",
    dataRange: 1,
    window: "Gaussian 11x11, sigma 1.5",
    border: "windows inside the image only",
    reduction: "mean over windows, then channels, then images",
    images: 2,
    dataset: "d",
  })
})

test("every option changes identity and value together", async () => {
  const batch = batchOf(24, 24, "options")
  for (const [plain, chosen] of [
    [{ use: "psnr" }, { use: "psnr", reduction: "perImage" }],
    [{ use: "ssim" }, { use: "ssim", border: "reflect" }],
    [{ use: "ssim" }, { use: "ssim", sigma: 0.8 }],
    [{ use: "msSsim" }, { use: "msSsim", scales: 1 }],
    [{ use: "msSsim" }, { use: "msSsim", border: "reflect" }],
    [{ use: "msSsim" }, { use: "msSsim", sigma: 0.8 }],
  ]) {
    const [before, after] = [
      await judged(resolve("metric", plain!, plugins), batch),
      await judged(resolve("metric", chosen!, plugins), batch),
    ]
    expect(after.identity).not.toEqual(before.identity)
    expect(after.values).not.toEqual(before.values)
  }
})

test("MS-SSIM takes the scales that fit and says how many", async () => {
  const metric = resolve("metric", { use: "msSsim" }, plugins)
  // 11 * 2 <= 24 < 11 * 4
  expect((await judged(metric, batchOf(24, 30, "two"))).identity).toMatchObject({
    scales: 2,
    weights: "0.1356 0.8644", // 0.0448 and 0.2856, divided by their sum
  })
})

test("options that are no convention are refused", () => {
  for (const spec of [
    { use: "ssim", border: "same" },
    { use: "ssim", sigma: 0 },
    { use: "msSsim", scales: 6 },
    { use: "psnr", reduction: "sum" },
  ]) {
    expect(() => resolve("metric", spec, plugins)).toThrow(/border|sigma|scales|reduction/)
  }
})

test("images of two sizes are refused in one sentence", async () => {
  const metric = resolve("metric", { use: "psnr" }, plugins)
  await expect(judged(metric, batchOf(8, 8, "a"), batchOf(8, 9, "b"))).rejects.toThrow(
    "Expected images of one size for psnr, [8,8,1], but got [8,9,1]; judge each size by itself.",
  )
})

test("the value does not depend on how the images are batched", async () => {
  const [a, b] = [batchOf(16, 16, "a"), batchOf(16, 16, "b")]
  const together = {
    input: tf.concat([a.input, b.input]),
    output: tf.concat([a.output, b.output]),
    target: tf.concat([a.target, b.target]),
  }
  for (const name of ["psnr", "ssim", "msSsim", "meanSquaredError"]) {
    const metric = resolve("metric", { use: name }, plugins)
    expect((await judged(metric, a, b)).values).toEqual((await judged(metric, together)).values)
  }
})
