import type { Engine } from "@saddlepoint/engine/engine"
import { crossEntropy } from "../../losses/crossEntropy.ts"
import { classifierPlayers } from "../../methods/adaptation/classification.ts"
import { featureGame } from "../../methods/adaptation/featureGame.ts"
import { makeDigitClassifier } from "../../models/digitClassifier.ts"
import { makeAdam } from "../../optimisers/adam.ts"
import type { Played } from "../format/compare.ts"
import type { Family } from "../format/family.ts"
import type { Trajectory } from "../format/trajectory.ts"
import { layeredNetwork } from "../playing/layerTable.ts"
import { pairedPlaces } from "../playing/pairing.ts"
import { batchOf, playGame } from "../playing/playGame.ts"
import { layeredPlayer, recordedPlayer, renamed } from "../playing/recordedPlayer.ts"
import { unreadDomains } from "../playing/unreadDomains.ts"
import { withOptimisers } from "../playing/withOptimisers.ts"

/** The feature-level game of CyCADA, which is ADDA's, with this repository's LeNet. */
export const cycadaFeature: Family = { play, leaveOut: [] }

async function play(recorded: Trajectory, engine: Engine): Promise<Played> {
  const { config, steps, optimiser: rates } = recorded
  const [source, target] = [recorded.tensor("data.source"), recorded.tensor("data.target")]
  const layers = recorded.layers("src")
  const channels = layers.flatMap(({ out_channels: size }) => (size === undefined ? [] : [size]))
  const { out_features: features } = layers.find(({ name }) => name === "fc_params")!
  const network = makeDigitClassifier({
    convolutions: channels,
    features: [features!],
    head: [],
    norm: "none",
    dropout: 0,
  })
  const domains = unreadDomains(source, target, config.classes)
  const start = classifierPlayers(network, domains, 0)
  const part = (of: (name: string) => boolean) => layers.filter(({ name }) => of(name))
  const inHead = (name: string) => name.startsWith("classifier.")
  const featurePlaces = pairedPlaces(
    part((name) => !inHead(name)),
    ["conv1", "conv2", "feature1"],
    channels.at(-1),
  )
  const trained = {
    features: renamed(recordedPlayer(recorded, start.features!, featurePlaces), "src.", "tgt."),
    classes: renamed(
      recordedPlayer(recorded, start.classes!, pairedPlaces(part(inHead), ["output"])),
      "src.",
      "tgt.",
    ),
  }
  const adam = (rate: number) => makeAdam({ rate, beta1: 0.9 })
  const game = featureGame({
    trained,
    another: () => classifierPlayers(network, domains, 1),
    classes: config.classes,
    optimiser: adam(rates.lrTarget),
    losses: [crossEntropy.plugin.build({ weight: 1 })],
    leastAccuracy: 0.6,
    seed: 0,
  })
  const domain = layeredNetwork(recorded.layers("D"), { input: [config.classes] }, "domain")
  const played = await playGame({
    engine,
    game: withOptimisers(game, { domain: adam(rates.lrD), target: adam(rates.lrTarget) }),
    players: { ...trained, domain: layeredPlayer(recorded, domain, "features", "classLogits") },
    steps,
    batch: (step) => ({ "source.image": batchOf(source, step), "target.image": batchOf(target, step) }),
  })
  const updated: readonly boolean[] = recorded.extra.targetUpdated
  return {
    losses: {
      loss_dis: played.losses.map((reported) => reported["domain/domain"]!),
      acc: played.losses.map((reported) => reported["domain/accuracy"]!),
      // They have none where the target's network does not learn.
      loss_gan_t: played.losses.map((reported, step) => (updated[step] ? reported["target/confusion"]! : 0)),
    },
    grad0: played.grad0,
    after: played.after,
  }
}
