import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Dataset } from "@saddlepoint/core/contracts/dataset"
import type { MethodFacts, SamplesMethod } from "@saddlepoint/core/contracts/method"
import type { Definition } from "@saddlepoint/core/declare/definition"
import { planTrials } from "@saddlepoint/core/declare/plan"
import { baseline, experiment } from "@saddlepoint/core/experiment"
import { loadDefinition } from "@saddlepoint/core/load"
import { adversarial } from "@saddlepoint/core/losses/adversarial"
import { l1 } from "@saddlepoint/core/losses/l1"
import { type GanRules, ganGame } from "@saddlepoint/core/methods/samples/ganGame"
import { sampling } from "@saddlepoint/core/methods/samples/sampling"
import { pix2pix } from "@saddlepoint/core/methods/translation/pix2pix"
import { dcganDiscriminator } from "@saddlepoint/core/models/dcganDiscriminator"
import { dcganGenerator } from "@saddlepoint/core/models/dcganGenerator"
import { unet } from "@saddlepoint/core/models/unet"
import { adam } from "@saddlepoint/core/optimisers/adam"
import { randomSource } from "@saddlepoint/core/play/draw"
import { type Plugin, type Use, use } from "@saddlepoint/core/plugin"
import { glyphs } from "@saddlepoint/datasets/glyphs"
import { stripes } from "@saddlepoint/datasets/stripes"
import * as tf from "@saddlepoint/engine/tf"
import { fid } from "@saddlepoint/metrics/fid"
import { meanAbsoluteError } from "@saddlepoint/metrics/meanAbsoluteError"
import { afterAll, beforeAll, expect, test } from "vitest"
import { takeAttempt } from "../store/attempts/attempt.ts"
import { attemptFolder, trialFolder } from "../store/files/layout.ts"
import { takeLease } from "../store/leases/lease.ts"
import { requestOf } from "../testing/criticGame.ts"
import { playTrial } from "../trial/playTrial.ts"
import { openTrained } from "./openTrained.ts"

type Parts = GanRules & { readonly data: Dataset; readonly batch: number }
/** A user's method: the plainest GAN, told the class of what it is to make. */
const ganPlugin: Plugin<"method", SamplesMethod> = {
  kind: "method",
  name: "plainGan",
  version: 1,
  options: {},
  slots: {
    data: { kind: "dataset" },
    generator: { kind: "model", default: dcganGenerator({ width: 2 }) },
    discriminator: { kind: "model", default: dcganDiscriminator({ width: 2 }) },
    losses: { kind: "loss", many: true, default: [adversarial("bce")] },
    optimiser: { kind: "optimiser", default: adam() },
  },
  build: (chosen: Parts) => {
    const parts = { ...chosen, batch: 2, latent: 4, conditions: ["label"] }
    return {
      ...sampling(parts),
      data: parts.data,
      stages: ({ splits: { train } }) => [
        {
          name: "gan",
          share: 1,
          batch: 2,
          data: async () => train,
          play: ({ seed }) => ganGame(parts, { fields: train.fields, batch: 2, seed }),
        },
      ],
    }
  },
}
const gan = (data: Use<"dataset">) => use<"method", MethodFacts<true, "samples">>(ganPlugin, { data })

const few = { train: 4, validation: 1, test: 2 }
const rest = { question: "?", compare: [], seeds: 1, budget: { steps: 1 } }
const sampled = experiment({
  ...rest,
  name: "sampled",
  arms: { gan: baseline(gan(glyphs({ size: 16, ...few, test: 10 }))) },
  metrics: [fid()],
})
const translated = experiment({
  ...rest,
  name: "translated",
  arms: {
    l1: baseline(
      pix2pix({
        data: stripes({ size: 16, ...few }),
        generator: unet({ width: 2 }),
        batch: 2,
        losses: [l1(1)],
      }),
    ),
  },
  metrics: [meanAbsoluteError()],
})

const store = mkdtempSync(join(tmpdir(), "saddlepoint-trained-"))
const { random } = Math
const ids: Record<string, string> = {}
beforeAll(async () => {
  for (const definition of [sampled, translated]) await play(definition)
  Math.random = random
})
afterAll(() => rmSync(store, { recursive: true, force: true }))

/** Plays the first trial of an arm, as a process of its own would. */
async function play(definition: Definition): Promise<void> {
  const plan = await planTrials(loadDefinition(definition))
  const [trial] = plan.trials
  const task = { mode: "play", attempt: 1, checkpointSeconds: 60 } as const
  const request = { ...(await requestOf(store, task, trial)), experiment: plan.experiment }
  const { id } = trial!
  ids[plan.experiment] = id
  takeAttempt(trialFolder(store, plan.experiment, id), 0)
  takeLease(attemptFolder(store, plan.experiment, id, 1), request.execution, 60)
  await playTrial(request, definition.plugins, () => {})
}

const js = { device: "js" }

test("a user's generator is opened by the first digits of its trial and its plug-in, and sampled by seed and class", async () => {
  const before = tf.memory().numTensors
  const trained = await openTrained(store, ids.sampled!.slice(0, 6), { ...js, plugins: [ganPlugin] })
  expect(trained).toMatchObject({
    experiment: "sampled",
    trial: ids.sampled,
    arm: "gan",
    seed: 1,
    answers: "samples",
  })
  const labels = Array.from({ length: 40 }, (_, index) => index % 10)
  const images = await trained.sample(40, { seed: 1, labels })
  expect(images.shape).toEqual([40, 16, 16, 1])
  expect(images.values).toHaveLength(40 * 256)
  expect(images.values.every((value) => value >= -1 && value <= 1)).toBe(true)
  expect(await trained.sample(40, { seed: 1, labels })).toEqual(images)
  expect((await trained.sample(40, { seed: 2, labels })).values).not.toEqual(images.values)
  await expect(trained.sample(3)).rejects.toThrow("Expected 3 labels, one for each sample, but got none")
  await expect(trained.translate(images)).rejects.toThrow("it answers with samples; call sample(count).")
  trained.dispose()
  expect(tf.memory().numTensors).toBe(before)
})

test("latent vectors are given in the place of what is drawn, batch by batch", async () => {
  const before = tf.memory().numTensors
  const trained = await openTrained(store, ids.sampled!, { ...js, plugins: [ganPlugin] })
  const labels = Array.from({ length: 40 }, (_, index) => index % 10)
  expect(await trained.latentSize()).toBe(4)
  // It was played without metrics, so that no judge has seen it.
  expect(await trained.features()).toBeUndefined()
  const source = randomSource(1, "sample")
  const latents = [32, 8].flatMap((count, batch) => {
    const drawn = source("latent", [count, 4], { kind: "normal" }, batch)
    return Array.from({ length: count }, (_, row) => drawn.subarray(4 * row, 4 * row + 4))
  })
  expect(await trained.fromLatents(latents, { labels })).toEqual(
    await trained.sample(40, { seed: 1, labels }),
  )
  await expect(trained.fromLatents([[1, 2]], { labels: [0] })).rejects.toThrow(
    "Expected latent vectors of 4 numbers, as the generator takes, but got 2; make others.",
  )
  trained.dispose()
  expect(tf.memory().numTensors).toBe(before)
})

test("a translation of Saddlepoint's own needs nothing but its trial", async () => {
  const trained = await openTrained(store, ids.translated!, js)
  const input = { values: new Float32Array(3 * 16 * 16 * 3), shape: [3, 16, 16, 3] as const }
  const images = await trained.translate(input)
  expect(images).toMatchObject({ shape: [3, 16, 16, 3], range: "-1..1" })
  expect(await trained.translate(input)).toEqual(images)
  await expect(trained.sample(3)).rejects.toThrow("it answers with pairs; call translate(images).")
  await expect(trained.latentSize()).rejects.toThrow("it answers with pairs; call translate(images).")
  trained.dispose()
})

test.each([
  [
    "no such trial",
    () => openTrained(store, "zz"),
    /^Expected a trial of the run store .+, but it has none whose id begins with zz;/,
  ],
  ["trials that begin alike", () => openTrained(store, ""), /^Expected the first digits of one trial, but /],
  [
    "a user's plug-in that is not given",
    () => openTrained(store, ids.sampled!),
    /^Expected the plug-ins of the trial \w+, but method\/plainGan is none of Saddlepoint's own; give it: /,
  ],
  [
    "a plug-in of another version",
    () => openTrained(store, ids.sampled!, { plugins: [{ ...ganPlugin, version: 2 }] }),
    /^Expected method\/plainGan in version 1, .+ but it is in version 2; /,
  ],
  [
    "what is no plug-in",
    () => openTrained(store, ids.sampled!, { plugins: [3] }),
    /^Expected plug-ins, or constructors that have one as `plugin`, /,
  ],
  [
    "data that lie nobody knows where",
    () => openTrained(store, ids.translated!, { data: { use: "pairs" } }),
    /^Expected to be told where the data of the trial \w+ lie, which a run store does not keep, but .+; give it: /,
  ],
  [
    "other data",
    () => openTrained(store, ids.translated!, { data: { train: 5 } }),
    /^Expected the dataset stripes that the trial \w+ learnt from .+, but this is another one /,
  ],
])("%s is one sentence", async (_what, open, sentence) => {
  await expect(open()).rejects.toThrow(sentence)
})

test("weights that were changed are refused, and nothing is left open", async () => {
  const before = tf.memory().numTensors
  const folder = join(attemptFolder(store, "translated", ids.translated!, 1), "artifacts")
  const weights = readdirSync(folder).find((name) => name.endsWith(".safetensors"))!
  writeFileSync(join(folder, weights), "cut off")
  await expect(openTrained(store, ids.translated!, js)).rejects.toThrow(
    /^Expected the weights of the trial \w+ at .+, as its training left them, but /,
  )
  expect(tf.memory().numTensors).toBe(before)
})
