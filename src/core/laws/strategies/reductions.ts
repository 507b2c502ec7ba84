import * as tf from "@saddlepoint/engine/tf"
import { use } from "../../contracts/plugin.ts"
import { ofRole } from "../../losses/compose.ts"
import { cdanPlugin } from "../../methods/adaptation/cdan.ts"
import { dannPlugin } from "../../methods/adaptation/dann.ts"
import { expectClose, type Tolerance } from "../closeness.ts"
import type { Law } from "../law.ts"
import type { ChosenOptions } from "../targets.ts"
import { type Divergences, divergencesIn, divergencesOf } from "./divergences.ts"
import { type OpenGame, openGame, setVariables } from "./openGame.ts"
import { gradientsIn, reversingMove, variablesOf } from "./reversingMove.ts"
import { type Strategy, strategiesOf } from "./strategy.ts"
import { overStrategies, strategyCases } from "./strategyCase.ts"
import { openTwoDomains } from "./twoDomains.ts"

const tolerance: Tolerance = { absolute: 1e-6, relative: 1e-4 }

export const reductions: Law<Strategy> = {
  name: "reductions",
  statement:
    "At lambda 0 the features of DANN and CDAN learn from the task alone; CDAN whose answers are uniform is DANN with features divided by the number of classes.",
  applies({ plugin, options: { form = "reversal" } }) {
    if (plugin === cdanPlugin || (plugin === dannPlugin && form === "reversal")) return true
    return "it is neither dann (reversal) nor cdan, of which the reductions are known"
  },
  property: (strategy, options) =>
    overStrategies(strategyCases(), async (data) => {
      const games = [(await openGame(strategy, data, options))!]
      try {
        await expectTaskAlone(games[0]!)
        if (strategy.plugin !== cdanPlugin) return
        const [dann] = strategiesOf(use(dannPlugin, sharedWithDann(strategy)))
        games.push((await openGame(dann!, data, options))!)
        await expectSame(games[0]!, games[1]!, {
          known: await divergencesOf(strategy, games[0]!),
          classes: openTwoDomains(data).domains.classes.length,
        })
      } finally {
        for (const game of games) game.dispose()
      }
    }),
}

/** Options of a CDAN under which DANN is its like. Losses that look at answers, which DANN has none of, see them all alike there. */
function sharedWithDann({ options: { domainLayers, losses }, losses: built }: Strategy): ChosenOptions {
  const conditioned = ofRole(built, "adversarial").some(({ laws }) => laws.classLogits)
  return conditioned ? { domainLayers } : { domainLayers, losses }
}

async function expectTaskAlone(game: OpenGame): Promise<void> {
  const move = reversingMove(game)!
  const variables = variablesOf(game, "features")
  const whole = await gradientsIn(variables, game, { move, lambda: 0 })
  const task = await gradientsIn(variables, game, { move, lambda: 0, of: "task" })
  for (const [at, gradient] of whole.entries()) {
    expectClose("the features' gradient at lambda 0, as of the task alone,", gradient, task[at]!, {
      absolute: 0,
      relative: 0,
    })
  }
}

/**
 * With uniform answers the outer product (Long et al. 2018, section 3.2) holds every feature once for each class, divided by
 * their number; a first layer that sums over classes makes of it a domain network of DANN whose first kernel is the mean
 * over classes.
 */
async function expectSame(
  cdan: OpenGame,
  dann: OpenGame,
  { known, classes }: { readonly known: Divergences; readonly classes: number },
): Promise<void> {
  for (const { players } of [cdan, dann]) {
    setVariables(players, "classes", (variable) => tf.zerosLike(variable))
  }
  const [first] = Object.keys(dann.players.domain!.variables)
  setVariables(dann.players, "domain", (variable, name) => {
    const from = cdan.players.domain!.variables[name]!
    if (name !== first) return tf.clone(from)
    const [features, units] = variable.shape as [number, number]
    return tf.mean(tf.reshape(from, [features, classes, units]), 1)
  })
  const [ofCdan, ofDann] = [await divergencesIn(cdan, known), await divergencesIn(dann, known)]
  expectClose(
    "the domain loss of cdan with uniform answers, as of dann,",
    ofCdan.map(({ value }) => value),
    ofDann.map(({ value }) => value),
    tolerance,
  )
  const pull = (game: OpenGame) =>
    gradientsIn(variablesOf(game, "features"), game, { move: reversingMove(game)!, lambda: 1 })
  const [one, other] = [await pull(cdan), await pull(dann)]
  for (const [at, gradient] of one.entries()) {
    expectClose(
      "the features' gradient of cdan with uniform answers, as of dann,",
      gradient,
      other[at]!,
      tolerance,
    )
  }
}
