import type { Engine } from "@saddlepoint/engine/engine"
import { openEngine } from "@saddlepoint/engine/open"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { HostBatch } from "../../contracts/dataset.ts"
import { domainsOf } from "../../contracts/method.ts"
import { adversarial } from "../../losses/adversarial.ts"
import { crossEntropy } from "../../losses/crossEntropy.ts"
import { entropyConditioned } from "../../losses/entropyConditioned.ts"
import { mmd } from "../../losses/mmd.ts"
import { makeDigitClassifier } from "../../models/digitClassifier.ts"
import { makeAdam } from "../../optimisers/adam.ts"
import { readBatch } from "../../play/loader.ts"
import { type Losses, Round } from "../../play/round.ts"
import { twoBars } from "../../testing/twoBars.ts"
import { cdanPlugin } from "./cdan.ts"
import { danPlugin } from "./dan.ts"
import { dannPlugin } from "./dann.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "js" })
})
afterAll(() => engine.dispose())

const [task, ofDomains] = [
  crossEntropy.plugin.build({ weight: 1 }),
  adversarial.plugin.build({ objective: "bce", weight: 1 }),
]
const conditioned = entropyConditioned.plugin.build({ over: "domain", weight: 1 })
const strategies = {
  dann: (parts: object) => dannPlugin.build({ ...parts, form: "reversal", losses: [task, ofDomains] }),
  "dann, alternating": (parts: object) =>
    dannPlugin.build({ ...parts, form: "alternating", losses: [task, ofDomains] }),
  cdan: (parts: object) => cdanPlugin.build({ ...parts, losses: [task, conditioned] }),
  dan: (parts: object) => danPlugin.build({ ...parts, losses: [task, mmd.plugin.build({ weight: 1 })] }),
}

/** What two steps of a strategy report. */
async function reported(
  name: keyof typeof strategies,
  norm: "none" | "batch",
  together?: boolean,
): Promise<Losses[]> {
  const domains = domainsOf(twoBars())
  const network = makeDigitClassifier({
    convolutions: [3],
    features: [6],
    head: [],
    norm,
    dropout: 0,
  })
  const method = strategies[name]({
    data: undefined,
    network,
    optimiser: makeAdam({ rate: 1e-2 }),
    batch: 4,
    annealing: "constant",
    selection: "last",
    weight: 1,
    domainLayers: [5],
    ...(together === undefined ? {} : { together }),
  })
  const [stage] = method.stages(domains)
  // A step in the middle of the stage, where lambda is well above 0.
  const game = stage!.play({ seed: 3, carried: {}, steps: 8 })
  const round = new Round({ engine, stage: "s", game, seed: 3, steps: 8 })
  const source = await readBatch(domains.source.train, [0, 1, 2, 3])
  const target = await readBatch(domains.target.train, [4, 5, 6, 7])
  const batch: HostBatch = {
    "source.image": source.image!,
    "source.label": source.label!,
    "target.image": target.image!,
  }
  const losses = [await round.play(batch, 4), await round.play(batch, 5)]
  round.dispose()
  for (const player of Object.values(game.players)) player.dispose()
  return losses
}

test.each(Object.keys(strategies) as (keyof typeof strategies)[])(
  "%s passes domains apart or together alike where there is no batch norm, and otherwise where there is",
  async (name) => {
    const before = engine.memory().tensors
    const [apart, together] = [await reported(name, "none"), await reported(name, "none", true)]
    for (const [step, losses] of apart.entries()) {
      for (const [term, value] of Object.entries(losses)) expect(together[step]![term]).toBeCloseTo(value, 5)
    }
    const [withNorm, both] = [await reported(name, "batch", false), await reported(name, "batch", true)]
    expect(Math.abs(withNorm[0]!["classifier/task"]! - both[0]!["classifier/task"]!)).toBeGreaterThan(1e-3)
    expect(engine.memory().tensors).toBe(before)
  },
)
