import type { Engine } from "@saddlepoint/engine/engine"
import type { ClassesMethod } from "../../contracts/method.ts"
import { adversarial } from "../../losses/adversarial.ts"
import { crossEntropy } from "../../losses/crossEntropy.ts"
import { entropyConditioned } from "../../losses/entropyConditioned.ts"
import { mmd } from "../../losses/mmd.ts"
import { cdanPlugin } from "../../methods/adaptation/cdan.ts"
import { danPlugin } from "../../methods/adaptation/dan.ts"
import { dannPlugin } from "../../methods/adaptation/dann.ts"
import { makeSgd } from "../../optimisers/sgd.ts"
import { inverseDecay } from "../../schedules/inverseDecay.ts"
import type { Played } from "../format/compare.ts"
import type { Family } from "../format/family.ts"
import type { Trajectory } from "../format/trajectory.ts"
import { givenClassifier } from "../playing/givenClassifier.ts"
import { layeredNetwork } from "../playing/layerTable.ts"
import { batchOf, type PlayedGame, playGame } from "../playing/playGame.ts"
import { layeredPlayer, type RecordedPlayer } from "../playing/recordedPlayer.ts"
import { slower } from "../playing/slower.ts"
import { noDataset, unreadDomains } from "../playing/unreadDomains.ts"
import { watched } from "../playing/watched.ts"

/** What the recorded methods are here: what makes them, their networks, and the term that they call transfer. */
const methods = {
  cdan: { make: cdan("bce"), network: "netBN", domain: "Dcond", transfer: "domain" },
  cdanE: { make: cdan("entropy"), network: "netBN", domain: "Dcond", transfer: "domain" },
  dann: { make: dann, network: "netBN", domain: "D", transfer: "domain" },
  dan: { make: dan, network: "net", domain: undefined, transfer: "mmd" },
} as const

/** Steps of a stage in which both recorded schedules are those of this repository: lambda rises with t / 20. */
const stage = 200

/** The games of `cdan`, `dann` and `dan` with the recorded networks, both domains passing together. */
export const adaptationTraining: Family = {
  play,
  leaveOut: [
    { kind: "losses", names: /^jan\./, why: "JAN is not in this repository" },
    { kind: "after", names: /^jan\//, why: "JAN is not in this repository" },
  ],
}

async function play(recorded: Trajectory, engine: Engine): Promise<Played> {
  const losses: Record<string, number[]> = {}
  const after: Record<string, Float32Array> = {}
  const grad0: Record<string, Float32Array> = {}
  for (const [name, method] of Object.entries(methods)) {
    const { rates, ...played } = await playMethod(recorded, engine, method)
    const of = (term: string) => played.losses.map((reported) => reported[`classifier/${term}`]!)
    losses[`${name}.cls`] = of("task")
    losses[`${name}.transfer`] = of(method.transfer)
    losses[`${name}.lr`] = rates
    for (const [tensor, values] of Object.entries(played.after)) after[`${name}/${tensor}`] = values
    // On record is the gradient of the first method that has the network.
    for (const [tensor, values] of Object.entries(played.grad0)) grad0[tensor] ??= values
  }
  return { losses, after, grad0 }
}

type Make = (parts: Readonly<Record<string, unknown>>) => ClassesMethod

function cdan(kind: "bce" | "entropy"): Make {
  const ofDomains =
    kind === "bce"
      ? adversarial.plugin.build({ objective: "bce", weight: 1 })
      : entropyConditioned.plugin.build({ over: "both", weight: 1 })
  return (parts) =>
    cdanPlugin.build({ ...parts, losses: [crossEntropy.plugin.build({ weight: 1 }), ofDomains] })
}

function dann(parts: Parameters<Make>[0]): ClassesMethod {
  const losses = [
    crossEntropy.plugin.build({ weight: 1 }),
    adversarial.plugin.build({ objective: "bce", weight: 1 }),
  ]
  return dannPlugin.build({ ...parts, form: "reversal", losses })
}

function dan(parts: Parameters<Make>[0]): ClassesMethod {
  const losses = [crossEntropy.plugin.build({ weight: 1 }), mmd.plugin.build({ weight: 1 })]
  return danPlugin.build({ ...parts, losses })
}

async function playMethod(
  recorded: Trajectory,
  engine: Engine,
  { make, network, domain }: (typeof methods)[keyof typeof methods],
): Promise<PlayedGame & { readonly rates: number[] }> {
  const { config, steps } = recorded
  const [source, target] = [recorded.tensor("data.source"), recorded.tensor("data.target")]
  const labels = recorded.tensor("data.labels")
  const classifier = recordedClassifier(recorded, network)
  // (1 + 0.1 t)^-0.75
  const schedule = inverseDecay({ decay: stage / 10 })
  const sgd = makeSgd({ rate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 1e-3, schedule })
  const method = make({
    data: noDataset,
    network: classifier.model,
    optimiser: watched(slower(sgd, 0.1, (variable) => variable.startsWith("features/backbone."))),
    batch: config.batch,
    annealing: "constant",
    selection: "last",
    together: true,
    weight: config.tradeOff,
    domainLayers: [],
  })
  const domains = unreadDomains(source, target, config.classes)
  const game = method.stages(domains)[0]!.play({ seed: 0, carried: {}, steps: stage })
  const players: Record<string, RecordedPlayer> = { ...classifier.players }
  if (domain !== undefined) {
    const layers = recorded.layers(domain)
    // The outer product has classes outside here, and inside in the authors' code, like channels of a flattened image.
    const shape = {
      input: [layers[0]!.in_features!],
      ...(domain === "Dcond" ? { channels: config.classes } : {}),
    }
    players.domain = layeredPlayer(recorded, layeredNetwork(layers, shape, domain), "features", "scores")
  }
  const played = await playGame({
    engine,
    game,
    players,
    steps,
    stage,
    batch: (step) => ({
      "source.image": batchOf(source, step),
      "source.label": batchOf(labels, step),
      "target.image": batchOf(target, step),
    }),
  })
  const rates = Array.from({ length: steps }, (_, step) => sgd.rate * schedule(step, step / stage))
  return { ...played, rates }
}

/** A recorded network as a classifier of this repository: its head is the last layer. */
function recordedClassifier(recorded: Trajectory, network: string) {
  const layers = recorded.layers(network)
  const head = layers.filter(({ name }) => name === "head")
  const [inputs, size] = [layers[0]!.in_features!, head[0]!.in_features!]
  const body = layeredNetwork(
    layers.filter((layer) => !head.includes(layer)),
    { input: [inputs] },
    "features",
  )
  const players = {
    features: layeredPlayer(recorded, body, "image", "features"),
    classes: layeredPlayer(
      recorded,
      layeredNetwork(head, { input: [size] }, "classes"),
      "features",
      "classLogits",
    ),
  }
  return { players, model: givenClassifier(players, size) }
}
