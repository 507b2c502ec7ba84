import { type Engine, openEngine } from "@saddlepoint/engine"
import { afterAll, beforeAll, expect, test } from "vitest"
import { answeringOf } from "../../answer/answerings.ts"
import { stagesOf } from "../../contracts/method.ts"
import { exactResume } from "../../laws/exactResume.ts"
import { inOrder } from "../../laws/inOrder.ts"
import { adversarial } from "../../losses/adversarial.ts"
import { makeDcganDiscriminator } from "../../models/dcganDiscriminator.ts"
import { makeDcganGenerator } from "../../models/dcganGenerator.ts"
import { makeAdam } from "../../optimisers/adam.ts"
import { randomSource } from "../../play/draw.ts"
import { Round } from "../../play/round.ts"
import { train } from "../../play/trainer.ts"
import { scenesPlugin, twoBars } from "../../testing/twoBars.ts"
import { buildGan } from "./gan.ts"
import { ganGame } from "./ganGame.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "onnx", threads: 1 })
})
afterAll(() => engine.dispose())

const parts = (average: number | undefined, criticMoves = 1) => ({
  generator: makeDcganGenerator({ width: 2 }),
  discriminator: makeDcganDiscriminator({ width: 2, norm: "none", weights: "spectral" }),
  losses: [adversarial.plugin.build({ objective: "hinge", weight: 1 })],
  optimiser: makeAdam({ rate: 0.01 }),
  latent: 3,
  criticMoves,
  ...(average === undefined ? {} : { average }),
})

const methodOf = (average?: number, criticMoves = 1) =>
  buildGan({
    ...parts(average, criticMoves),
    data: scenesPlugin.build({}),
    batch: 4,
    conditional: false,
  })

test("the average follows its definition step by step, moving statistics are copied, and with a critic it moves when the generator does", async () => {
  const [decay, criticMoves] = [0.75, 2]
  const { splits } = twoBars()
  const game = ganGame(parts(decay, criticMoves), { fields: splits.train.fields, batch: 4, seed: 1 })
  const round = new Round({ engine, stage: "gan", game, seed: 1, steps: 6 })
  const { generator, averaged } = game.players
  const of = async (name: string, player = generator!) =>
    Array.from(await { ...player.variables, ...player.state }[name]!.data())
  const names = Object.keys({ ...generator!.variables, ...generator!.state })
  expect(Object.keys(averaged!.state)).toEqual(names)
  expect(averaged!.variables).toEqual({})
  const expected = new Map<string, number[]>()
  for (const name of names) {
    expected.set(name, await of(name))
    expect(await of(name, averaged)).toEqual(expected.get(name))
  }
  for (let step = 0; step < 6; step++) {
    const { image } = await splits.train.read([0, 1, 2, 3].map((at) => at + step))
    await round.play({ image: { values: image!, shape: [4, 12, 12, 1] } }, step)
    if (step % criticMoves !== 1) continue
    for (const name of names) {
      const now = await of(name)
      const trained = name in generator!.variables
      const next = expected
        .get(name)!
        .map((value, i) => (trained ? decay * value + (1 - decay) * now[i]! : now[i]!))
      expected.set(name, next)
      const got = await of(name, averaged)
      for (const [i, value] of next.entries()) expect(got[i]).toBeCloseTo(value, 5)
    }
  }
  expect(await of("project/kernel", averaged)).not.toEqual(await of("project/kernel"))
  round.dispose()
  for (const player of Object.values(game.players)) player.dispose()
})

/** What is answered after some steps, and what the generator itself would have. */
async function answered(average: number | undefined) {
  const method = methodOf(average)
  const dataset = twoBars()
  const { players } = await train({
    stages: stagesOf(method, dataset),
    seed: 3,
    steps: 4,
    engine,
    openLoader: inOrder,
  })
  const values: number[] = []
  const world = { dataset, engine, random: randomSource(1, "evaluate") }
  await answeringOf("samples").play(method, players, world, async ({ output }) => {
    values.push(...(await output.data()))
  })
  for (const player of Object.values(players)) player.dispose()
  return values
}

test("answers come from the average, and training is the same with and without", async () => {
  const before = engine.memory().tensors
  const [without, nearly, slow] = [await answered(undefined), await answered(1e-7), await answered(0.9)]
  expect(without.length).toBe(20 * 144)
  for (const [i, value] of nearly.entries()) expect(value).toBeCloseTo(without[i]!, 4)
  expect(slow.some((value, i) => Math.abs(value - without[i]!) > 1e-2)).toBe(true)
  expect(engine.memory().tensors).toBe(before)
})

test("a trial with an average, with any weights and sight of the batch, that is killed and resumed ends with the same bits", async () => {
  const discriminators = [
    { weights: "spectral" },
    { weights: "equalised", minibatch: "deviation" },
    { weights: "spectral", minibatch: "discrimination" },
  ] as const
  for (const options of discriminators) {
    const method = () =>
      buildGan({
        ...parts(0.9, 2),
        discriminator: makeDcganDiscriminator({ width: 2, norm: "none", ...options }),
        data: scenesPlugin.build({}),
        batch: 4,
        conditional: true,
      })
    const { undisturbed, resumed } = await exactResume(
      { stages: () => stagesOf(method(), twoBars()), seed: 5, steps: 6, engine, openLoader: inOrder },
      3,
    )
    expect(resumed).toEqual(undisturbed)
  }
})
