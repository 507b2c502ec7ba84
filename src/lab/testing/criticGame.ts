import { learn, nCritic } from "@saddlepoint/core/contracts/game"
import type { GivenNetwork } from "@saddlepoint/core/contracts/givenNetwork"
import type { Method, SamplesMethod } from "@saddlepoint/core/contracts/method"
import type { Player } from "@saddlepoint/core/contracts/player"
import type { Plugin } from "@saddlepoint/core/contracts/plugin"
import { pluginMap } from "@saddlepoint/core/declare/definition"
import type { Trial } from "@saddlepoint/core/declare/trial"
import { makeSgd } from "@saddlepoint/core/optimisers/sgd"
import { glyphsPlugin } from "@saddlepoint/datasets/glyphs"
import { openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import type { RequestParts, TrialRequest, TrialTask } from "../contracts/trialRequest.ts"
import { anExecution, aTrial, someCode } from "./plan.ts"

/** Steps between two moves of the generator, which the budget counts. */
export const critics = 3

/** A number that learns. */
function numberPlayer(value: number): Player {
  const x = tf.variable(tf.scalar(value))
  return { variables: { x }, state: {}, apply: () => ({ image: x }), dispose: () => x.dispose() }
}

/**
 * Two numbers that learn the mean of what given networks see in generated digits: the critic in every step, the generator, whose
 * moves the budget counts, in every third.
 * @param more moments that it looks back at; none where left out
 */
export function criticGame(
  needs: readonly GivenNetwork[] = [],
  { moments }: Pick<SamplesMethod, "moments"> = {},
): Plugin<"method", Method> {
  return {
    kind: "method",
    name: "criticGame",
    version: 1,
    options: {},
    slots: { data: { kind: "dataset" } },
    build: ({ data }): Method => ({
      answers: "samples",
      requires: { image: "image" },
      data,
      needs,
      ...(moments === undefined ? {} : { moments }),
      stages: ({ splits }) => [
        {
          name: "play",
          share: 1,
          batch: 2,
          counts: { move: "generator", every: critics },
          data: async () => splits.train,
          play: () => ({
            players: { critic: numberPlayer(1), generator: numberPlayer(2) },
            moves: [moveOf("critic", needs), { ...moveOf("generator", needs), when: nCritic(critics) }],
          }),
        },
      ],
      answer:
        async () =>
        (_, { count }) =>
          tf.zeros([count, 16, 16, 1]),
    }),
  }
}

function moveOf(name: string, needs: readonly GivenNetwork[]) {
  return learn({
    name,
    learns: [name],
    optimiser: makeSgd({ rate: 0.1 }),
    objective({ players, batch, given }) {
      const image = batch.image!
      const seen = needs.map((network) => given(network).apply({ image }, "evaluate").image!)
      const means = [image, ...seen].map((tensor) => tf.mean(tensor))
      const total = means
        .map((mean) => tf.squaredDifference(players[name]!.variables.x!, mean))
        .reduce(tf.add)
      return { total: total as tf.Scalar, terms: {} }
    },
  })
}

/** The plug-ins of a trial of the game. */
export const pluginsOf = (...plugins: readonly Plugin[]) => pluginMap([glyphsPlugin, ...plugins])

/** Asks for a trial of the game on the engine of pure JavaScript. */
export async function requestOf<Task extends TrialTask>(
  store: string,
  task: Task,
  more: Partial<Trial> = {},
): Promise<TrialRequest<Task>> {
  const engine = await openEngine({ device: "js", threads: 1 })
  engine.dispose()
  const glyphs = { size: 16, train: 6, validation: 2, test: 2, seed: 0 }
  const parts: RequestParts = {
    definition: "question.ts",
    plugins: [],
    judgingPlugins: [],
    judging: [],
    judges: {},
    overrides: [],
    trial: aTrial("critic", 1, {
      preimage: { spec: { use: "criticGame" } },
      source: { use: "glyphs", ...glyphs },
      ...more,
    }),
    store,
    experiment: "example",
    planHash: "0".repeat(64),
    device: "js",
    threads: 1,
    execution: anExecution,
    engine: engine.identity,
    code: someCode,
  }
  return { ...parts, ...task }
}
