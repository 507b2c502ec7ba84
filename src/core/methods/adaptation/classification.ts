import * as tf from "@saddlepoint/engine/tf"
import type { ClassifierModel } from "../../contracts/classifier.ts"
import type { Domains } from "../../contracts/dataset.ts"
import type { Players, Scene, Stage } from "../../contracts/game.ts"
import type { AnyLoss, Role } from "../../contracts/loss.ts"
import type { ClassesMethod, ModelSelection } from "../../contracts/method.ts"
import type { AnyOptimiser } from "../../contracts/optimiser.ts"
import { type Mode, refusalsOfModel } from "../../contracts/player.ts"
import { needsOf, type Shown, type Term, termsOf, unheardLosses } from "../../losses/compose.ts"
import { momentsOf, withSnapshots } from "../snapshots.ts"
import { type Annealing, adaptationFields } from "./strategy.ts"

/** What every strategy that trains one classifier has: in head-to-head arms these are the same. */
export interface ClassificationParts {
  readonly network: ClassifierModel
  readonly optimiser: AnyOptimiser
  /** Losses of classes are those of the task; those of other roles, and in which moves, are the strategy's to say. */
  readonly losses: readonly AnyLoss[]
  /** Images of each domain in a batch. */
  readonly batch: number
  /** Whether both domains' images pass through the networks as one batch; no where left out. */
  readonly together?: boolean
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
  const image = source.train.fields.image!
  return {
    features: network.features("features", image, seed),
    classes: network.head("classes", image, classes.length, seed),
  }
}

/** The classifier among a trial's players. */
export const classifierOf = ({ features, classes }: Players): Players => ({
  features: features!,
  classes: classes!,
})

export type Domain = "source" | "target"

/** Features and logits of a batch's images of one domain. */
export interface Classified {
  readonly features: tf.Tensor2D
  readonly logits: tf.Tensor2D
}

/** What the classifier gives for images. */
export function classify(players: Players, image: tf.Tensor, mode: Mode = "train"): Classified {
  const features = players.features!.apply({ image }, mode).features as tf.Tensor2D
  return { features, logits: players.classes!.apply({ features }, mode).classLogits as tf.Tensor2D }
}

/** What the classifier gives for a batch's images of one domain. */
export function classified({ batch, players }: Scene, domain: Domain): Classified {
  return classify(players, batch[`${domain}.image`]!)
}

/**
 * What the classifier gives for both domains' images. Together they pass as one batch, so that batch normalisation sees both domains
 * (Transfer-Learning-Library); else each by itself.
 */
export function bothClassified(scene: Scene, together = false): { readonly [D in Domain]: Classified } {
  if (!together) return { source: classified(scene, "source"), target: classified(scene, "target") }
  const [source, target] = [scene.batch["source.image"]!, scene.batch["target.image"]!]
  const { features, logits } = classify(scene.players, tf.concat([source, target]))
  return halves(source.shape[0]!, (of) => ({ features: of(features), logits: of(logits) }))
}

/** Makes something of the source's rows, and of the target's after them. */
export function halves<T>(
  rows: number,
  make: (of: <X extends tf.Tensor>(both: X) => X) => T,
): { readonly [D in Domain]: T } {
  return {
    source: make((both) => tf.slice(both, [0], [rows])),
    target: make((both) => tf.slice(both, [rows], [both.shape[0]! - rows])),
  }
}

/** How strategies name what they report: `task`, `domain`, or the name of the loss. */
function nameOf({ role, name }: AnyLoss): string {
  return role === "classification" ? "task" : role === "adversarial" ? "domain" : name
}

/**
 * The terms of the task, and of what a strategy shows besides.
 * @param logits of the batch's source images
 * @param factor of the weights of all losses but the task's
 */
export function taskTerms(
  losses: readonly AnyLoss[],
  scene: Scene,
  logits: tf.Tensor,
  shown: Shown = {},
  factor = 1,
): readonly Term[] {
  const classification = { logits, labels: scene.batch["source.label"]! }
  return termsOf(losses, { ...shown, classification }, scene, {
    side: "learner",
    name: nameOf,
    factor: ({ role }) => (role === "classification" ? 1 : factor),
  })
}

/** Both domains' training images side by side; the source's with labels. */
export function bothDomains({ source, target }: Domains): Stage["data"] {
  return async () => ({ streams: { source: source.train, target: target.train } })
}

/** Checkpoints that a selection chooses from, evenly over the stage; the last is the last step. */
const candidates = { count: 10, parts: 10 }

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
      play(world) {
        const game = last.play(world)
        if (selection === "last") return game
        return withSnapshots(candidates, game, world.steps, () =>
          classifierPlayers(network, domains, world.seed),
        )
      },
    },
  ]
}

/**
 * How a strategy answers images, what it refuses, and what it may be chosen from, where it trains `features` and `classes`.
 * @param roles of the losses that it takes besides those of classes
 */
export function classifying(
  { network, selection, losses }: Pick<ClassificationParts, "network" | "selection" | "losses">,
  roles: readonly Role[] = [],
): Pick<
  ClassesMethod,
  | "answers"
  | "requires"
  | "needs"
  | "mistakes"
  | "answer"
  | "features"
  | "refuses"
  | "selection"
  | "candidates"
> {
  const untaught = losses.every(({ role }) => role !== "classification")
  return {
    answers: "classes",
    requires: adaptationFields,
    needs: needsOf(losses),
    mistakes: untaught
      ? [
          {
            path: ["losses"],
            message: "expected a loss of classes for the task but got none; add crossEntropy() to losses",
          },
        ]
      : unheardLosses(losses, ["classification", ...roles]),
    selection,
    candidates: (players) => momentsOf(candidates, players).map((moment) => moment.players),
    async answer(_domains, players) {
      return ({ image }) => classify(players, image!, "evaluate").logits
    },
    async features(_domains, players) {
      return ({ image }) => players.features!.apply({ image: image! }, "evaluate").features!
    },
    refuses({ source, target }) {
      const [image, other] = [source.train.fields.image!, target.train.fields.image!]
      const unlike =
        image.shape.join() === other.shape.join()
          ? []
          : [
              `Expected images of one shape in both domains, but got [${image.shape}] and [${other.shape}]; give both datasets the same size and channels.`,
            ]
      return [...unlike, ...refusalsOfModel(network, { inputs: { image } }, "classifier")]
    },
  }
}
