import type { Engine } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import type { AnyLoss, Loss } from "../../contracts/loss.ts"
import type { ClassesMethod } from "../../contracts/method.ts"
import type { OutputName } from "../../contracts/player.ts"
import { adversarial } from "../../losses/adversarial.ts"
import { coral } from "../../losses/coral.ts"
import { entropyConditioned } from "../../losses/entropyConditioned.ts"
import { mmd } from "../../losses/mmd.ts"
import { cdanPlugin } from "../../methods/adaptation/cdan.ts"
import { dannPlugin } from "../../methods/adaptation/dann.ts"
import { makeSgd } from "../../optimisers/sgd.ts"
import { Round } from "../../play/round.ts"
import type { Played } from "../format/compare.ts"
import type { Family } from "../format/family.ts"
import type { Trajectory } from "../format/trajectory.ts"
import { givenClassifier } from "../playing/givenClassifier.ts"
import { layeredNetwork } from "../playing/layerTable.ts"
import { alike, toTorch } from "../playing/layout.ts"
import { batchOf } from "../playing/playGame.ts"
import { type Point, pointAt, pointsPlayed, withInputs } from "../playing/point.ts"
import { layeredPlayer, type RecordedPlayer, recordedPlayer } from "../playing/recordedPlayer.ts"
import { noDataset, unreadDomains } from "../playing/unreadDomains.ts"
import { firstGradients, watched } from "../playing/watched.ts"
import { sideValue } from "./lossPoints.ts"

/** Losses on two domains' features, by their recorded names. */
const ofFeatures: Readonly<Record<string, Loss<"domains">>> = {
  coral: coral.plugin.build({ form: "momentMeans", weight: 1 }),
  "dan.quadratic": mmd.plugin.build({ weight: 1 }),
}

const bce = adversarial.plugin.build({ objective: "bce", weight: 1 })

/** Losses of domain classifiers: the method in whose game they are, its loss, the recorded network, and the iteration. */
const ofDomains = {
  "cdan.it0": { make: cdan, loss: bce, network: "D1", iteration: 0 },
  "cdan.it200": { make: cdan, loss: bce, network: "D1", iteration: 200 },
  "cdan.it800": { make: cdan, loss: bce, network: "D1", iteration: 800 },
  "cdanE.it500": {
    make: cdan,
    loss: entropyConditioned.plugin.build({ over: "both", weight: 1 }),
    network: "D1",
    iteration: 500,
  },
  "dann.it500": { make: dann, loss: bce, network: "D3", iteration: 500 },
} as const

type Make = (parts: Readonly<Record<string, unknown>>) => ClassesMethod

function cdan(parts: Parameters<Make>[0]): ClassesMethod {
  return cdanPlugin.build(parts)
}

function dann(parts: Parameters<Make>[0]): ClassesMethod {
  return dannPlugin.build({ ...parts, form: "reversal" })
}

/** Iterations of a stage in which lambda is as recorded, `2 / (1 + exp(-i / 1000)) - 1`. */
const stage = 10_000

const why = "this repository has no such loss"

/** Values of losses between domains, and their gradients in features, logits and the domain classifier. */
export const adaptationLosses: Family = {
  play,
  leaveOut: [
    { kind: "losses", names: /./, why },
    { kind: "expect", names: /./, why },
  ],
}

async function play(recorded: Trajectory, engine: Engine): Promise<Played> {
  const points: Record<string, Point> = {}
  for (const [name, loss] of Object.entries(ofFeatures)) {
    points[name] = withInputs(recorded, ["fs", "ft"], ({ fs, ft }) =>
      pointAt(() => sideValue(loss, "learner", { source: fs!.variable, target: ft!.variable }), {
        "grad.fs": fs!,
        "grad.ft": ft!,
      }),
    )
  }
  for (const [name, point] of Object.entries(ofDomains))
    points[name] = await domainPoint(recorded, engine, name, point)
  return pointsPlayed(points)
}

/** One move of a method's game, in which features and logits are variables with the recorded values. */
async function domainPoint(
  recorded: Trajectory,
  engine: Engine,
  name: string,
  { make, loss, network, iteration }: (typeof ofDomains)[keyof typeof ofDomains],
): Promise<Point> {
  const { config } = recorded
  const features = inputs(recorded, "features", ["fs", "ft"])
  const classes = inputs(recorded, "classLogits", ["gs", "gt"])
  const layers = recorded
    .layers(network)
    .map((layer) => ({ ...layer, ...(layer.p === undefined ? {} : { p: 0 }) }))
  // The outer product has classes outside here, and inside in the authors' code, like channels of a flattened image.
  const shape = {
    input: [layers[0]!.in_features!],
    ...(network === "D1" ? { channels: config.classes } : {}),
  }
  const domain = layeredPlayer(recorded, layeredNetwork(layers, shape, network), "features", "scores")
  const images = { shape: [1, ...recorded.tensor("in.fs").shape], values: recorded.tensor("in.fs").values }
  const losses: readonly AnyLoss[] = [loss]
  const method = make({
    data: noDataset,
    network: givenClassifier({ features, classes }, config.features),
    // The task would add to the gradients in the logits.
    losses,
    optimiser: watched(makeSgd({ rate: 1e-3 })),
    batch: config.n,
    annealing: "constant",
    selection: "last",
    together: true,
    weight: 1,
    domainLayers: [],
  })
  const game = method
    .stages(unreadDomains(images, images, config.classes))[0]!
    .play({ seed: 0, carried: {}, steps: stage })
  game.players.domain!.dispose()
  const players: Readonly<Record<string, RecordedPlayer>> = { features, classes, domain }
  const round = new Round({ engine, stage: "golden", game: { ...game, players }, seed: 0, steps: stage })
  try {
    const batch = { "source.image": batchOf(images, 0), "target.image": batchOf(images, 0) }
    const reported = await round.play(batch, iteration)
    const found = firstGradients(await round.optimiserState())
    const tensors = Object.entries(found).flatMap(([variable, values]) => {
      const [player] = variable.split("/", 1) as [string]
      const place = players[player]!.places[variable.slice(player.length + 1)]!
      const as = `grad.${place.tensor.replace(/^in\./, "")}`
      return recorded.tensors.includes(`expect.${name}.${as}`)
        ? [[as, toTorch(values, place.layout)] as const]
        : []
    })
    return { value: reported["classifier/domain"]!, tensors: Object.fromEntries(tensors) }
  } finally {
    round.dispose()
    for (const player of Object.values(players)) player.dispose()
  }
}

/** A player that gives two recorded inputs, one below the other, whatever it sees. */
function inputs(recorded: Trajectory, output: OutputName, names: readonly [string, string]): RecordedPlayer {
  const variables = names.map((name) => {
    const { shape } = recorded.tensor(`in.${name}`)
    return [name, tf.tidy(() => tf.variable(tf.zeros([...shape])))] as const
  })
  const places = names.map((name) => {
    const tensor = `in.${name}`
    return [name, { tensor, layout: alike(recorded.tensor(tensor).shape) }] as const
  })
  const player = {
    variables: Object.fromEntries(variables),
    state: {},
    apply: () => ({ [output]: tf.concat(variables.map(([, variable]) => variable)) }),
    dispose: () => tf.dispose(variables.map(([, variable]) => variable)),
  }
  return recordedPlayer(recorded, player, Object.fromEntries(places))
}
