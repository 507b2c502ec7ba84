import * as tf from "@saddlepoint/engine/tf"
import type { Domains } from "../../contracts/dataset.ts"
import type { Batch, Objective, Players, Stage } from "../../contracts/game.ts"
import { crossEntropy } from "../../losses/crossEntropy.ts"
import type { AdaptationMethod, ModelSelection } from "../../contracts/method.ts"
import type { ClassifierModel } from "../../contracts/classifier.ts"
import type { Optimiser } from "../../contracts/optimiser.ts"
import type { Mode } from "../../contracts/player.ts"
import { snapshotsOf, withSnapshots } from "./snapshots.ts"
import type { Annealing } from "./strategy.ts"

/** What every strategy that trains one classifier has: in head-to-head arms these are the same. */
export interface ClassificationParts {
  readonly network: ClassifierModel
  readonly optimiser: Optimiser
  /** Images of each domain in a batch. */
  readonly batch: number
  readonly annealing: Annealing
  /** What chooses among the checkpoints. */
  readonly selection: ModelSelection
}

/** Name of the stage in which strategies train on both domains; the same for all, so that they see the same batches. */
export const adaptationStage = "adaptation"

/** The two players of a classifier, `features` and `classes`, freshly made. */
export function classifierPlayers(
  network: ClassifierModel,
  { source, classes }: Domains,
  seed: number,
): Players {
  const { shape } = source.train.fields.image!
  return {
    features: network.features("features", shape, seed),
    classes: network.head("classes", shape, classes.length, seed),
  }
}

/** The classifier among a trial's players. */
export const classifierOf = ({ features, classes }: Players): Players => ({
  features: features!,
  classes: classes!,
})

/** Features and logits of a batch's images of one domain. */
export function classified(
  batch: Batch,
  domain: "source" | "target",
  players: Players,
  mode: Mode = "train",
): { readonly features: tf.Tensor2D; readonly logits: tf.Tensor2D } {
  const features = players.features!.apply([batch[`${domain}.image`]!], mode) as tf.Tensor2D
  return { features, logits: players.classes!.apply([features], mode) as tf.Tensor2D }
}

/** Cross-entropy of the source's labels, the term `task` of every strategy. */
export function taskLoss(batch: Batch, logits: tf.Tensor2D): tf.Scalar {
  return crossEntropy(logits, batch["source.label"]!)
}

/** The task's loss plus a weighted loss between the domains, each reported by its name. */
export function taskPlus(
  task: tf.Scalar,
  name: string,
  loss: tf.Scalar,
  weight: number | tf.Tensor,
): Objective {
  return { total: tf.add(task, tf.mul(loss, weight)) as tf.Scalar, terms: { task, [name]: loss } }
}

/** Both domains' training images side by side; the source's with labels. */
export function bothDomains({ source, target }: Domains): Stage["data"] {
  return async () => ({ streams: { source: source.train, target: target.train } })
}

/** The stages of a strategy whose last one trains the classifier that answers: a selection chooses among its checkpoints. */
export function selecting(
  { network, selection }: Pick<ClassificationParts, "network" | "selection">,
  domains: Domains,
  stages: readonly Stage[],
): readonly Stage[] {
  const last = stages.at(-1)!
  return [
    ...stages.slice(0, -1),
    {
      ...last,
      play: (world) =>
        withSnapshots(selection, last.play(world), world.steps, () =>
          classifierPlayers(network, domains, world.seed),
        ),
    },
  ]
}

/** How a strategy answers images, what it refuses, and what it may be chosen from, where it trains `features` and `classes`. */
export function classifying({
  network,
  selection,
}: Pick<ClassificationParts, "network" | "selection">): Pick<
  AdaptationMethod,
  "answer" | "features" | "refuses" | "selection" | "candidates"
> {
  return {
    selection,
    candidates: snapshotsOf,
    async answer(_domains, players) {
      return ({ image }) =>
        players.classes!.apply([players.features!.apply([image!], "evaluate")], "evaluate")
    },
    async features(_domains, players) {
      return ({ image }) => players.features!.apply([image!], "evaluate")
    },
    refuses({ source, target }) {
      const [one, other] = [source.train.fields.image!.shape, target.train.fields.image!.shape]
      const unlike =
        one.join() === other.join()
          ? []
          : [
              `Expected images of one shape in both domains, but got [${one}] and [${other}]; give both datasets the same size and channels.`,
            ]
      return [...unlike, ...(network.refuses?.([one]) ?? [])]
    },
  }
}
