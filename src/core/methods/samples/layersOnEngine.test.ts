import { type Engine, openEngine } from "@saddlepoint/engine"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { AnyLoss } from "../../contracts/loss.ts"
import { stagesOf } from "../../contracts/method.ts"
import { inOrder } from "../../laws/inOrder.ts"
import { adversarial } from "../../losses/adversarial.ts"
import { crossEntropy } from "../../losses/crossEntropy.ts"
import { gradientPenalty } from "../../losses/gradientPenalty.ts"
import { makeDcganDiscriminator } from "../../models/dcganDiscriminator.ts"
import { makeSnganDiscriminator } from "../../models/snganDiscriminator.ts"
import { makeSnganGenerator } from "../../models/snganGenerator.ts"
import { makeAdam } from "../../optimisers/adam.ts"
import { train } from "../../play/trainer.ts"
import { scenesPlugin, twoBars } from "../../testing/twoBars.ts"
import { buildGan } from "./gan.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "onnx", threads: 1 })
})
afterAll(() => engine.dispose())

const hinge = adversarial.plugin.build({ objective: "hinge", weight: 1 })
const penalty = gradientPenalty.plugin.build({ target: 1, weight: 10 })
const classes = crossEntropy.plugin.build({ weight: 1 }) as AnyLoss

const games = {
  "projection under spectral norm": [makeSnganDiscriminator({ width: 2 }), [hinge]],
  "projection and a gradient penalty": [
    makeSnganDiscriminator({ width: 2, weights: "plain" }),
    [hinge, penalty],
  ],
  "spectral norm and a gradient penalty": [makeSnganDiscriminator({ width: 2 }), [hinge, penalty]],
  "classes and deviations": [
    makeDcganDiscriminator({ width: 2, norm: "none", weights: "equalised", minibatch: "deviation" }),
    [hinge, penalty, classes],
  ],
  "classes and minibatch discrimination": [
    makeDcganDiscriminator({ width: 2, norm: "none", weights: "spectral", minibatch: "discrimination" }),
    [hinge, classes],
  ],
} as const

test.each(Object.entries(games))(
  "a game of %s is replayed, in native kernels alone",
  async (_, [discriminator, losses]) => {
    const before = { ...engine.memory().fallbacks }
    const method = buildGan({
      generator: makeSnganGenerator({ width: 2, upsampling: "bilinear" }),
      discriminator,
      losses,
      optimiser: makeAdam({ rate: 1e-3 }),
      latent: 3,
      batch: 4,
      conditional: true,
      average: 0.99,
      data: scenesPlugin.build({}),
    })
    const { players, moves } = await train({
      stages: stagesOf(method, twoBars()),
      seed: 1,
      steps: 4,
      engine,
      openLoader: inOrder,
      onStep({ losses: reported }) {
        for (const value of Object.values(reported)) expect(Number.isFinite(value)).toBe(true)
      },
    })
    expect(moves.map(({ mode, reason }) => [mode, reason])).toEqual([["replayed", ""]])
    expect(engine.memory().fallbacks).toEqual(before)
    for (const player of Object.values(players)) player.dispose()
  },
)
