import type { Engine } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import { adversarial } from "../../losses/adversarial.ts"
import { crossEntropy } from "../../losses/crossEntropy.ts"
import { dannPlugin } from "../../methods/adaptation/dann.ts"
import { makeDigitClassifier } from "../../models/digitClassifier.ts"
import { makeAdam } from "../../optimisers/adam.ts"
import type { Played } from "../format/compare.ts"
import type { Family } from "../format/family.ts"
import type { Trajectory } from "../format/trajectory.ts"
import { layeredNetwork } from "../playing/layerTable.ts"
import { pairedPlaces } from "../playing/pairing.ts"
import { batchOf, playGame } from "../playing/playGame.ts"
import { layeredPlayer, type RecordedPlayer, recordedPlayer } from "../playing/recordedPlayer.ts"
import { noDataset, unreadDomains } from "../playing/unreadDomains.ts"
import { watched } from "../playing/watched.ts"

/** The game of `dann` in its form `reversal`, with the features of this repository's digit classifier. */
export const dann: Family = {
  play,
  leaveOut: [
    {
      kind: "losses",
      names: /^err_._domain$/,
      why: "what the domain classifier loses in the two domains is one term here, whose sum is compared",
    },
  ],
}

async function play(recorded: Trajectory, engine: Engine): Promise<Played> {
  const { config, steps } = recorded
  const [source, target] = [recorded.tensor("data.source"), recorded.tensor("data.target")]
  const labels = recorded.tensor("data.labels")
  const layers = (part: string) => recorded.layers("net").filter(({ name }) => name.startsWith(`${part}.`))
  const channels = layers("feature").flatMap(({ out_channels: size }) => (size === undefined ? [] : [size]))
  const network = makeDigitClassifier({
    convolutions: channels,
    features: [],
    head: [],
    norm: "batch",
    dropout: 0,
  })
  const domains = unreadDomains(source, target, config.classes)
  const method = dannPlugin.build({
    data: noDataset,
    network,
    optimiser: watched(makeAdam({ rate: 1e-3, beta1: 0.9 })),
    losses: [
      crossEntropy.plugin.build({ weight: 1 }),
      adversarial.plugin.build({ objective: "bce", weight: 1 }),
    ],
    batch: config.batch,
    annealing: "constant",
    selection: "last",
    weight: 1,
    // The authors add up what the domain classifier loses in the two domains.
    reduction: "sum",
    domainLayers: [],
    form: "reversal",
  })
  const game = method.stages(domains)[0]!.play({ seed: 0, carried: {}, steps })
  const flat = { input: [network.size(domains.source.train.fields.image!)], channels: channels.at(-1)! }
  const head = (part: string, output: string) =>
    layeredPlayer(recorded, layeredNetwork(layers(part), flat, part), "features", output)
  const played = await playGame({
    engine,
    game,
    players: {
      features: recordedPlayer(
        recorded,
        game.players.features!,
        pairedPlaces(layers("feature"), ["conv1", "conv2"]),
      ),
      classes: head("class_classifier", "classLogits"),
      domain: sourceOverTarget(head("domain_classifier", "classLogits"), 0),
    },
    steps,
    batch: (step) => ({
      "source.image": batchOf(source, step),
      "source.label": batchOf(labels, step),
      "target.image": batchOf(target, step),
    }),
  })
  return {
    losses: {
      err_s_label: played.losses.map((reported) => reported["classifier/task"]!),
      err: played.losses.map((reported) => reported["classifier/total"]!),
      alpha: Array.from({ length: steps }, (_, step) => game.schedules!.lambda!(step, step / steps)),
    },
    grad0: played.grad0,
    after: played.after,
  }
}

/** A domain classifier of two logits as one of one score, which is high for the source. */
export function sourceOverTarget(player: RecordedPlayer, sourceClass: 0 | 1): RecordedPlayer {
  return {
    ...player,
    apply(inputs, mode) {
      const logits = player.apply(inputs, mode).classLogits! as tf.Tensor2D
      const [zero, one] = tf.split(logits, 2, 1) as [tf.Tensor2D, tf.Tensor2D]
      return { scores: sourceClass === 0 ? tf.sub(zero, one) : tf.sub(one, zero) }
    },
  }
}
