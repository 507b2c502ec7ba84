import { type Engine, openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { Domains } from "../../contracts/dataset.ts"
import type { Players } from "../../contracts/game.ts"
import { type ClassesMethod, stagesOf } from "../../contracts/method.ts"
import { resolve } from "../../declare/decode/resolve.ts"
import { pluginMap } from "../../declare/definition.ts"
import { inOrder } from "../../laws/inOrder.ts"
import { models } from "../../models/catalogue.ts"
import { optimisers } from "../../optimisers/catalogue.ts"
import { readBatch } from "../../play/loader.ts"
import { toTensors } from "../../play/toTensors.ts"
import { train } from "../../play/trainer.ts"
import { weightsDigest, weightsOf } from "../../play/weights.ts"
import { barsPlugin, twoBars } from "../../testing/twoBars.ts"
import { asked } from "../testing/asked.ts"
import { adaBnPlugin } from "./adaBn.ts"
import { sourceOnlyPlugin } from "./sourceOnly.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine()
})
afterAll(() => engine.dispose())

const plugins = pluginMap([barsPlugin, adaBnPlugin, sourceOnlyPlugin, ...models, ...optimisers])

function method(name: string, norm: "batch" | "none" = "batch"): ClassesMethod {
  const network = { use: "digitClassifier", convolutions: [3], features: [6], norm }
  const spec = { use: name, data: { use: "bars" }, network, batch: 8 }
  return resolve("method", spec as never, plugins) as ClassesMethod
}

const trained = (of: ClassesMethod, domains: Domains) =>
  train({
    stages: stagesOf(of, { ...twoBars(), domains }),
    seed: 3,
    steps: 20,
    engine,
    openLoader: inOrder,
  })

async function answers(of: ClassesMethod, domains: Domains, players: Players): Promise<number[]> {
  const answer = await of.answer(domains, players)
  const { image } = toTensors({ image: (await readBatch(domains.target.train, [0, 1, 2, 3])).image! })
  return Array.from(tf.tidy(() => answer({ image: image! }, asked(4))).dataSync())
}

test("it trains bit for bit as source-only does, and answers by the target's statistics", async () => {
  const domains = twoBars({ shift: 1 }).domains!
  const [plain, adapted] = [method("sourceOnly"), method("adaBn")]
  const [one, other] = [await trained(plain, domains), await trained(adapted, domains)]
  expect(weightsDigest(weightsOf(other.players))).toBe(weightsDigest(weightsOf(one.players)))
  const [source, target] = [
    await answers(plain, domains, one.players),
    await answers(adapted, domains, other.players),
  ]
  expect(target).not.toEqual(source)
})

test("a constant that is added to every target image changes no answer", async () => {
  // The first layer is linear: the constant moves each channel's mean, and normalisation takes it away again (Li et al. 2016).
  const far = twoBars({ shift: 0.5 }).domains!
  const further = twoBars({ shift: 3 }).domains!
  const adapted = method("adaBn")
  const { players } = await trained(adapted, far)
  const near = await answers(adapted, far, players)
  const moved = await answers(adapted, further, players)
  for (const [at, value] of moved.entries()) expect(value).toBeCloseTo(near[at]!, 3)
})

test("a network without batch normalisation is refused in one sentence", () => {
  expect(method("adaBn", "none").refuses!(twoBars().domains!)).toEqual([
    'Expected a network with batch normalisation for adaBn, but it has none; give it norm: "batch".',
  ])
})
