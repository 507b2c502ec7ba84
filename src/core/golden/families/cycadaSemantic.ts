import type { Engine } from "@saddlepoint/engine/engine"
import { adversarial } from "../../losses/adversarial.ts"
import { crossEntropy } from "../../losses/crossEntropy.ts"
import { l1 } from "../../losses/l1.ts"
import { pixelGame } from "../../methods/adaptation/cycadaPixelGame.ts"
import { makeAdam } from "../../optimisers/adam.ts"
import type { Played } from "../format/compare.ts"
import type { Family } from "../format/family.ts"
import type { Trajectory } from "../format/trajectory.ts"
import { layeredNetwork } from "../playing/layerTable.ts"
import { batchOf, playGame } from "../playing/playGame.ts"
import { layeredPlayer, withoutAverages } from "../playing/recordedPlayer.ts"
import { unreadDomains } from "../playing/unreadDomains.ts"
import { withOptimisers } from "../playing/withOptimisers.ts"
import { cycleLosses, cycleModels, cyclePlayers } from "./cycleGan.ts"

/** The pixel-level game of CyCADA in its form `released`, with the recorded classifier. */
export const cycadaSemantic: Family = {
  play,
  leaveOut: [
    {
      kind: "after",
      names: /^CLS\..*\.running_(mean|var)$/,
      why: "the authors' classifier is in training in the generators' move too, which only moving averages tell",
    },
  ],
}

async function play(recorded: Trajectory, engine: Engine): Promise<Played> {
  const { config, steps, optimiser: rates } = recorded
  const [source, target] = [recorded.tensor("data.A"), recorded.tensor("data.B")]
  const labels = recorded.tensor("data.labelA")
  const models = cycleModels({ ...config, layers: 2 })
  const classifier = classifierOf(recorded)
  const domains = unreadDomains(source, target, recorded.layers("CLS").at(-1)!.out_features!)
  const adam = makeAdam({ rate: rates.lr, beta1: 0.5 })
  const pixel = pixelGame(
    {
      form: "released",
      losses: [
        crossEntropy.plugin.build({ weight: 1 }),
        adversarial.plugin.build({ objective: "lsgan", weight: 1 }),
        l1.plugin.build({ weight: config.lambdaA }),
      ],
      semantic: 1,
      identity: config.lambdaIdentity,
      generator: models.generator,
      discriminator: models.discriminator,
      pixelOptimiser: adam,
      optimiser: adam,
      pixelBatch: config.batch,
      pool: config.poolSize,
    },
    domains,
    classifier,
    0,
  )
  const game = withOptimisers(pixel, {
    generators: adam,
    discriminators: adam,
    classifier: makeAdam({ rate: rates.lrClassifier, beta1: 0.5 }),
  })
  const played = await playGame({
    engine,
    game,
    players: { ...cyclePlayers(recorded, game, models), ...classifier },
    steps,
    // Rates fall from the middle of the stage on; the record ends before.
    stage: 2 * steps,
    batch: (step) => ({
      "source.image": batchOf(source, step),
      "source.label": batchOf(labels, step),
      "target.image": batchOf(target, step),
    }),
  })
  const weights = { cycle: config.lambdaA, identity: config.lambdaA * config.lambdaIdentity, adversarialB: 2 }
  const semanticOn: readonly boolean[] = recorded.extra.semanticOn
  const semantic = (name: string) =>
    played.losses.map((reported, step) => (semanticOn[step] ? reported[`generators/${name}`]! : 0))
  return {
    losses: {
      ...cycleLosses(played.losses, weights),
      sem_AB: semantic("semanticB"),
      sem_BA: semantic("semanticA"),
      CLS: played.losses.map((reported) => reported["classifier/task"]!),
    },
    grad0: played.grad0,
    after: withoutAverages(played.after, "CLS."),
  }
}

/** The recorded classifier; what it gives before its last layer are its features. */
function classifierOf(recorded: Trajectory) {
  const layers = recorded.layers("CLS")
  const last = layers.slice(-1)
  // The authors' classifier is in training in all of the game, so that its norms always see the batch.
  const features = layeredNetwork(
    layers.slice(0, -1),
    { input: [32, 32, 3], statistics: "batch" },
    "features",
  )
  const classes = layeredNetwork(last, { input: [last[0]!.in_features!] }, "classes")
  return {
    features: layeredPlayer(recorded, features, "image", "features"),
    classes: layeredPlayer(recorded, classes, "features", "classLogits"),
  }
}
