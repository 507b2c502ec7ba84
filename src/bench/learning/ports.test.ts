import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { answeringOf } from "@saddlepoint/core/answer/answerings"
import type { OpenDataset } from "@saddlepoint/core/contracts/dataset"
import { stagesOf } from "@saddlepoint/core/contracts/method"
import { type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import { decodePlugin } from "@saddlepoint/core/declare/decode/decodePlugin"
import { build } from "@saddlepoint/core/declare/decode/resolve"
import { separate } from "@saddlepoint/core/declare/definition"
import { adversarial } from "@saddlepoint/core/losses/adversarial"
import { crossEntropy } from "@saddlepoint/core/losses/crossEntropy"
import { entropyConditioned } from "@saddlepoint/core/losses/entropyConditioned"
import { l1 } from "@saddlepoint/core/losses/l1"
import { cdan } from "@saddlepoint/core/methods/adaptation/cdan"
import { dann } from "@saddlepoint/core/methods/adaptation/dann"
import { pix2pix } from "@saddlepoint/core/methods/translation/pix2pix"
import { digitClassifierPlugin } from "@saddlepoint/core/models/digitClassifier"
import { patchGan } from "@saddlepoint/core/models/patchGan"
import { unet } from "@saddlepoint/core/models/unet"
import { adam } from "@saddlepoint/core/optimisers/adam"
import { sgd } from "@saddlepoint/core/optimisers/sgd"
import { randomSource } from "@saddlepoint/core/play/draw"
import type { Losses } from "@saddlepoint/core/play/round"
import { train } from "@saddlepoint/core/play/trainer"
import { linearDecaySchedule } from "@saddlepoint/core/schedules/linearDecay"
import { openLoader } from "@saddlepoint/datasets/loader"
import { openEngine } from "@saddlepoint/engine/open"
import { expect, test } from "vitest"
import { findPython } from "../peers/findPython.ts"
import { imageField, noiseSplit } from "../workloads/noise.ts"
import { givenData } from "../workloads/playMethod.ts"
import { exportTrial } from "./exportTrial.ts"
import { givenAnswers } from "./givenAnswers.ts"
import { largestDifference } from "./playPeer.ts"
import { playPort } from "./playPort.ts"
import type { Port } from "./recipe.ts"

function pythonWithTorch(): string | undefined {
  try {
    return findPython(undefined)
  } catch {
    return undefined
  }
}

const python = pythonWithTorch()
if (python === undefined) console.log("Skipped: no Python with PyTorch; give one in SADDLEPOINT_PYTHON.")

const side = 16
const classes = ["a", "b", "c"]

const pairs: OpenDataset = (() => {
  const image = imageField(side, 3)
  const split = (name: string, size: number) => noiseSplit(name, size, { input: image, target: image })
  return { splits: { train: split("train", 7), validation: split("v", 2), test: split("test", 35) } }
})()
const tiles = givenData({ input: "image", target: "image" }, pairs)

const adapted: OpenDataset = (() => {
  const image = imageField(side, 1)
  const label = { shape: [], dtype: "int32", range: [0, 2], classes: 3 } as const
  const labelled = (name: string, size: number) => noiseSplit(name, size, { image, label })
  const [source, target] = [labelled("source", 9), noiseSplit("target", 8, { image })]
  return {
    splits: { train: source, validation: source, test: labelled("test", 34) },
    sourceTest: labelled("sourceTest", 3),
    classes,
    domains: {
      source: { train: source, validation: source },
      target: { train: target, validation: target },
      classes,
    },
  }
})()
const digits = givenData(
  { "source.image": "image", "source.label": "class", "target.image": "image" },
  adapted,
)

const network = (norm: "none" | "batch"): Use<"model", { readonly part: "classifier" }> =>
  use(digitClassifierPlugin, { convolutions: [3, 4], features: [6], head: [5], norm })
const annealed = {
  data: digits,
  network: network("none"),
  optimiser: sgd({ rate: 0.03, momentum: 0.9, weightDecay: 5e-4 }),
  annealing: "annealed",
  batch: 4,
  domainLayers: [6, 5],
  together: true,
} as const
const translated = {
  data: tiles,
  optimiser: adam({ rate: 1e-3, beta1: 0.5, schedule: linearDecaySchedule() }),
  batch: 2,
}
const small = { width: 4, depth: 3, dropout: 0 } as const

const cases: readonly (readonly [name: string, port: Port, opened: OpenDataset, method: Use<"method">])[] = [
  [
    "a U-Net with instance norm and L1 alone",
    "pix2pix",
    pairs,
    pix2pix({ ...translated, generator: unet(small), losses: [l1(1)] }),
  ],
  [
    "pix2pix with batch norm in the U-Net and none in the PatchGAN",
    "pix2pix",
    pairs,
    pix2pix({
      ...translated,
      generator: unet({ ...small, norm: "batch" }),
      discriminator: patchGan({ receptiveField: 16, width: 3 }),
      losses: [adversarial("bce"), l1(10)],
    }),
  ],
  // Not Adam: a bias before a batch norm has a gradient of rounding errors alone, of which it makes whole steps.
  [
    "DANN, each domain by itself, with batch norm",
    "domains",
    adapted,
    dann({ data: digits, network: network("batch"), batch: 4, optimiser: sgd({ rate: 0.03 }) }),
  ],
  [
    "CDAN+E, both domains in one batch, annealed",
    "domains",
    adapted,
    cdan({ ...annealed, losses: [crossEntropy(), entropyConditioned()] }),
  ],
]

function resolved(part: Use<"method">) {
  const plugins = new Map<string, Plugin>()
  const spec = decodePlugin(separate(part, [], plugins, []), "method", [], { plugins, mistakes: [] })!
  return { spec, method: build("method", spec, plugins) }
}

const [seed, steps] = [3, 8]

test.skipIf(python === undefined).each(cases)(
  "%s has PyTorch's losses step by step, and its answers, from the same weights and batches",
  async (name, port, dataset, part) => {
    const { spec, method } = resolved(part)
    if (method.answers !== "pairs" && method.answers !== "classes") throw new Error(method.answers)
    const folder = mkdtempSync(join(tmpdir(), "ports-"))
    const engine = await openEngine({ device: "onnx" })
    const stages = stagesOf(method, dataset)
    await exportTrial({ method, spec, dataset, stages, seed, steps }, folder)
    const { played, answers } = playPort(python!, port, folder)
    rmSync(folder, { recursive: true })

    const ours: Losses[] = []
    const onStep = ({ losses }: { readonly losses: Losses }) => ours.push(losses)
    const { players } = await train({ stages, seed, steps, engine, openLoader, onStep })
    const apart = largestDifference(ours, played.losses)!
    console.log(
      `${name}: losses of ${played.losses.length} steps differ by ${apart.toExponential(1)} at most`,
    )
    expect(played.losses).toHaveLength(steps)
    // Differences of float32 sums grow from step to step; a wrong sign, mean or rate shows in the first two.
    expect(largestDifference(ours.slice(0, 3), played.losses)!).toBeLessThan(1e-5)
    expect(apart).toBeLessThan(1e-3)

    const world = { dataset, engine, random: randomSource(seed, "evaluate") }
    const asked = async (of: typeof method) => {
      const seen: number[] = []
      await answeringOf(of.answers).play(of, players, world, async ({ output }) => {
        seen.push(...(await output.data()))
      })
      return seen
    }
    const own = await asked(method)
    const shape = method.answers === "pairs" ? [side, side, 3] : [classes.length]
    const given = await asked(givenAnswers(method, answers, shape))
    expect(given).toEqual([...answers])
    expect(Math.max(...own.map((value, at) => Math.abs(value - given[at]!)))).toBeLessThan(1e-3)
    for (const player of Object.values(players)) player.dispose()
    engine.dispose()
  },
)

test.skipIf(python === undefined)("a port refuses what it does not play, in a sentence", async () => {
  const { spec, method } = resolved(dann({ ...annealed, form: "alternating" }))
  const folder = mkdtempSync(join(tmpdir(), "ports-"))
  const engine = await openEngine({ device: "js" })
  await exportTrial(
    { method, spec, dataset: adapted, stages: stagesOf(method, adapted), seed, steps },
    folder,
  )
  expect(() => playPort(python!, "domains", folder)).toThrow(
    /the port domains .* Expected method.form out of \('reversal',\), which this port plays, but got 'alternating'/,
  )
  rmSync(folder, { recursive: true })
  engine.dispose()
})
