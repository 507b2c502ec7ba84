import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import type { Player } from "../../contracts/player.ts"
import { expectClose, type Tolerance } from "../closeness.ts"
import type { Law } from "../law.ts"
import { type AlongLine, expectSlope } from "../slope.ts"
import { gameFacts } from "./gameFacts.ts"
import { type OpenGame, openGame, setVariables } from "./openGame.ts"
import { type GradientOf, gradientsIn, reversingMove, variablesOf } from "./reversingMove.ts"
import type { Strategy } from "./strategy.ts"
import { overStrategies, strategyCases } from "./strategyCase.ts"

const step = 1 / 32
/** Of a mean of some binary cross-entropies in float32. */
const rounding = 2e-7
const tolerance: Tolerance = { absolute: 1e-6, relative: 1e-4 }

export const reversedGradient: Law<Strategy> = {
  name: "reversedGradient",
  statement:
    "What reaches the features of the domain loss's gradient is -lambda times the gradient, while the domain network gets it whole.",
  async applies(strategy, options) {
    const { reversal } = await gameFacts(strategy, options)
    if (reversal !== true || Object.hasOwn(strategy.plugin.options, "domainLayers")) return reversal
    return "it has no option `domainLayers`, which could make the domain network linear: differences would meet its kinks"
  },
  property: (strategy, options) => {
    const cases = strategyCases({
      lambda: fc.integer({ min: 1, max: 8 }).map((quarters) => [quarters / 4]),
      direction: fc.array(fc.constantFrom(1, -1), { minLength: 1, maxLength: 8 }),
    })
    return overStrategies(cases, async (data, one) => {
      const game = (await openGame(strategy, data, options, { domainLayers: [] }))!
      try {
        // The same answers for every image: the task pulls at no feature, and a domain network that sees answers
        // sees nothing of the features in them.
        setVariables(game.players, "classes", (variable) => tf.zerosLike(variable))
        await expectReversed(game, one.lambda![0]!, one.direction!)
        await expectWhole(game, one.lambda![0]!)
      } finally {
        game.dispose()
      }
    })
  },
}

/** Compares what reaches the features with differences of the domain loss, which no reversal changes. */
async function expectReversed(game: OpenGame, lambda: number, direction: readonly number[]): Promise<void> {
  const move = reversingMove(game)!
  const { features } = game.players
  const size = await widthOf(game)
  const along = Array.from({ length: size }, (_, at) => direction[at % direction.length]!)
  const moved = tf.tidy(() => tf.variable(tf.zeros([size])))
  const movable: Player = {
    ...features!,
    apply(inputs, mode) {
      const given = features!.apply(inputs, mode)
      return { ...given, features: tf.add(given.features!, moved) }
    },
  }
  const players = { ...game.players, features: movable }
  const domainLoss = async (distance: number) => {
    tf.tidy(() => moved.assign(tf.mul(tf.tensor1d(along), distance)))
    const { domain } = await game.play((scene) => ({ domain: move.objective(scene).terms.domain! }), {
      players,
      schedules: { lambda },
    })
    return domain![0]!
  }
  try {
    const line: AlongLine = {
      step,
      ahead: await domainLoss(step),
      behind: await domainLoss(-step),
      nearAhead: await domainLoss(step / 2),
      nearBehind: await domainLoss(-step / 2),
      centre: await domainLoss(0),
      rounding,
      relative: 2e-3,
      resolved: 0.01,
    }
    const [reached] = await gradientsIn([moved], game, { move, players, lambda })
    const slope = along.reduce((sum, direction, at) => sum + direction * reached![at]!, 0)
    expectSlope("what reaches the features along `direction`, divided by -lambda,", slope / -lambda, [line])
  } finally {
    moved.dispose()
  }
}

/** Lambda is a factor of the features' gradient, and none of the domain network's. */
async function expectWhole(game: OpenGame, lambda: number): Promise<void> {
  const once: GradientOf = { move: reversingMove(game)!, lambda }
  const twice: GradientOf = { ...once, lambda: 2 * lambda }
  for (const [player, factor] of [
    ["features", 2],
    ["domain", 1],
  ] as const) {
    const variables = variablesOf(game, player)
    const [one, other] = [await gradientsIn(variables, game, once), await gradientsIn(variables, game, twice)]
    for (const [at, gradient] of one.entries()) {
      expectClose(
        `the gradient in player ${player} at twice the lambda`,
        other[at]!,
        gradient.map((value) => factor * value),
        tolerance,
      )
    }
  }
}

/** Number of features of an image. */
async function widthOf({ play, batch }: OpenGame): Promise<number> {
  const { seen } = await play((scene) => {
    const image = scene.batch["source.image"]!
    return { seen: scene.players.features!.apply({ image }, "train").features! }
  })
  return seen!.length / batch["source.image"]!.shape[0]!
}
