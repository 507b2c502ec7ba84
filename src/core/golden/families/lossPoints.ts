import * as tf from "@saddlepoint/engine/tf"
import type { Loss, LossWorld, Role, Roles, Side } from "../../contracts/loss.ts"
import { adversarial, type ObjectiveName } from "../../losses/adversarial.ts"
import { crossEntropy } from "../../losses/crossEntropy.ts"
import { gradientPenalty } from "../../losses/gradientPenalty.ts"
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
  points["penalty.wganGp"] = tidied(() => penaltyPoint(recorded))
  return points
}

/** The gradient penalty on the recorded critic, differentiated in the critic's weights. */
function penaltyPoint(recorded: Trajectory): Point {
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
    const loss = gradientPenalty.plugin.build({ target: 1, weight: 10 })
    const weights = Object.entries(places).map(([name, { tensor, layout }]) => {
      return [`d(${tensor})`, { variable: variables[name]!, layout }] as const
    })
    return pointAt(() => sideValue(loss, "opponent", seen, world), Object.fromEntries(weights))
  } finally {
    model.dispose()
  }
}
