import * as tf from "@saddlepoint/engine/tf"
import type { Loss, LossWorld, Role, Roles, Side } from "../../contracts/loss.ts"
import { adversarial, type ObjectiveName } from "../../losses/adversarial.ts"
import { crossEntropy } from "../../losses/crossEntropy.ts"
import { gradientPenalty } from "../../losses/gradientPenalty.ts"
import { huber } from "../../losses/huber.ts"
import { r1 } from "../../losses/r1.ts"
import { r2 } from "../../losses/r2.ts"
import { relativistic } from "../../losses/relativistic.ts"
import type { Trajectory } from "../format/trajectory.ts"
import { layeredNetwork } from "../playing/layerTable.ts"
import { alike, images } from "../playing/layout.ts"
import { type Point, pointAt, tensorOf, tidied, withInputs } from "../playing/point.ts"
import { startFrom } from "../playing/start.ts"

/** A world for losses that neither draw nor see with given networks. */
const nothing: LossWorld = {
  draw(name) {
    throw new Error(`Expected a loss that draws nothing, but it asked for ${name}.`)
  },
  given: {},
}

/** The batch mean of what one side of a loss minimises, times its weight. */
export function sideValue<R extends Role>(
  loss: Loss<R>,
  side: Side,
  seen: Roles[R],
  world: LossWorld = nothing,
): tf.Tensor {
  return tf.mul(tf.mean(loss.sides[side]!(seen, world)), loss.weight)
}

/** What the recorded objectives of GANs are here: the objective and the side. */
const games: Readonly<Record<string, readonly [ObjectiveName, Side]>> = {
  "gan.D.vanilla": ["bce", "opponent"],
  "gan.G.nonSaturating": ["bce", "learner"],
  "gan.G.saturating": ["minimax", "learner"],
  "gan.D.lsgan": ["lsgan", "opponent"],
  "gan.D.hinge": ["hinge", "opponent"],
}

/** What recorded losses of scores are here: the loss, its side, and how many times ours is on record. */
const scored: Readonly<Record<string, readonly [loss: Loss<"adversarial">, side: Side, times: number]>> = {
  "gan.D.smooth0.9": [
    adversarial.plugin.build({ objective: "bce", smoothReal: 0.9, weight: 1 }),
    "opponent",
    1,
  ],
  "gan.D.relativistic": [relativisticOf("bce", false), "opponent", 1],
  // Of cross-entropy halves of the sums of both means are on record.
  "gan.D.relativisticAverage": [relativisticOf("bce", true), "opponent", 0.5],
  "gan.G.relativisticAverage": [relativisticOf("bce", true), "learner", 0.5],
  "gan.D.relativisticAverageLsgan": [relativisticOf("lsgan", true), "opponent", 1],
  "gan.D.relativisticAverageHinge": [relativisticOf("hinge", true), "opponent", 1],
}

function relativisticOf(objective: string, average: boolean): Loss<"adversarial"> {
  return relativistic.plugin.build({ objective, average, weight: 1 })
}

/** What distances between the recorded scores are here. */
const distances: Readonly<Record<string, Loss<"reconstruction">>> = {
  smoothL1: huber.plugin.build({ delta: 1, form: "smoothL1", weight: 1 }),
  "huber0.5": huber.plugin.build({ delta: 0.5, form: "huber", weight: 1 }),
}

/** Values of losses and their gradients at a point. */
export function lossPoints(recorded: Trajectory): Record<string, Point> {
  const points: Record<string, Point> = {}
  for (const [name, [objective, side]] of Object.entries(games)) {
    const loss = adversarial.plugin.build({ objective, weight: 1 })
    points[name] = withInputs(recorded, ["real", "fake"], ({ real, fake }) => {
      const value = () =>
        sideValue(loss, side, { real: { scores: real!.variable }, fake: { scores: fake!.variable } })
      return pointAt(
        value,
        side === "opponent" ? { "d(real)": real!, "d(fake)": fake! } : { "d(fake)": fake! },
      )
    })
  }
  for (const [name, [loss, side, times]] of Object.entries(scored)) {
    points[name] = withInputs(recorded, ["real", "fake"], ({ real, fake }) => {
      const seen = { real: { scores: real!.variable }, fake: { scores: fake!.variable } }
      return pointAt(() => tf.mul(sideValue(loss, side, seen), times), { "d(real)": real!, "d(fake)": fake! })
    })
  }
  for (const [name, loss] of Object.entries(distances)) {
    points[name] = withInputs(recorded, ["real", "fake"], ({ real, fake }) => {
      const imagesOf = (scores: tf.Tensor) => tf.reshape(scores, [-1, 1, 1, 1])
      const value = () =>
        sideValue(loss, "learner", { output: imagesOf(real!.variable), target: imagesOf(fake!.variable) })
      return pointAt(value, { "d(real)": real!, "d(fake)": fake! })
    })
  }
  points["gan.D.vanilla.bigLogits"] = withInputs(recorded, ["big"], ({ big }) => {
    const scores = () => tf.reshape(big!.variable, [-1, 1])
    const loss = adversarial.plugin.build({ objective: "bce", weight: 1 })
    const value = () =>
      sideValue(loss, "opponent", { real: { scores: scores() }, fake: { scores: scores() } })
    return pointAt(value, { "d(big)": big! })
  })
  points.crossEntropy = withInputs(recorded, ["logits"], ({ logits }) => {
    const { shape, values } = recorded.tensor("in.lab")
    const seen = { logits: logits!.variable, labels: tensorOf(values, alike(shape)) }
    return pointAt(() => sideValue(crossEntropy.plugin.build({ weight: 1 }), "learner", seen), {
      "d(logits)": logits!,
    })
  })
  for (const [name, loss] of Object.entries(penalties)) {
    points[name] = tidied(() => penaltyPoint(recorded, loss))
  }
  return points
}

/** Penalties with the weights on record. */
const penalties: Readonly<Record<string, Loss<"critic">>> = {
  "penalty.wganGp": gradientPenalty.plugin.build({ target: 1, weight: 10 }),
  "penalty.wganLp": gradientPenalty.plugin.build({ target: 1, oneSided: true, weight: 10 }),
  "penalty.R1": r1.plugin.build({ weight: 10 }),
  "penalty.R2": r2.plugin.build({ weight: 10 }),
}

/** A penalty on the recorded critic, differentiated in the critic's weights. */
function penaltyPoint(recorded: Trajectory, loss: Loss<"critic">): Point {
  const image = (name: string) => {
    const { shape, values } = recorded.tensor(name)
    return tensorOf(values, images(shape))
  }
  const [real, fake, share] = [image("in.pr"), image("in.pf"), image("in.eps")]
  const { model, places } = layeredNetwork(recorded.layers("D"), { input: real.shape.slice(1) }, "critic")
  const variables = Object.fromEntries(
    model.weights.map((weight) => [weight.originalName, weight.read() as tf.Variable] as const),
  )
  try {
    startFrom(recorded, variables, places)
    const seen = { real, fake, score: (x: tf.Tensor) => model.apply(x, { training: true }) as tf.Tensor }
    const world: LossWorld = { given: {}, draw: () => share }
    const weights = Object.entries(places).map(([name, { tensor, layout }]) => {
      return [`d(${tensor})`, { variable: variables[name]!, layout }] as const
    })
    return pointAt(() => sideValue(loss, "opponent", seen, world), Object.fromEntries(weights))
  } finally {
    model.dispose()
  }
}
