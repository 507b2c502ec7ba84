import * as tf from "@saddlepoint/engine/tf"
import type { Loss } from "../../contracts/loss.ts"
import { gram } from "../../losses/gram.ts"
import { totalVariation } from "../../losses/totalVariation.ts"
import type { Family } from "../format/family.ts"
import type { Trajectory } from "../format/trajectory.ts"
import { images } from "../playing/layout.ts"
import { type Point, pointAt, pointsPlayed, withInputs } from "../playing/point.ts"
import { sideValue } from "./lossPoints.ts"

/** The recorded normalisations of Gram matrices. */
const styles: Readonly<Record<string, Loss<"features">>> = {
  gramGatysTorch: gram.plugin.build({ normalisation: "johnson", weight: 1 }),
  gramJohnson: gram.plugin.build({ normalisation: "johnson", weight: 1 }),
  gramGatysPaper: gram.plugin.build({ normalisation: "gatys", weight: 1 }),
  gramTutorial: gram.plugin.build({ normalisation: "tutorial", weight: 1 }),
}

/** The recorded total variations; sums are over the batch, and ours over each of its images. */
const variations: Readonly<Record<string, Loss<"regulariser">>> = {
  tvSumAbs: totalVariation.plugin.build({ form: "anisotropic", reduction: "sum", weight: 1 }),
  tvSumSquares: totalVariation.plugin.build({ form: "squared", reduction: "sum", weight: 1 }),
  tvMeanAbs: totalVariation.plugin.build({ form: "anisotropic", reduction: "mean", weight: 1 }),
  tvMeanSquares: totalVariation.plugin.build({ form: "squared", reduction: "mean", weight: 1 }),
  tvIsotropic: totalVariation.plugin.build({ form: "isotropic", reduction: "sum", weight: 1 }),
}

const why = "this repository has no such loss"

/** Losses of style at a point, those that are here. */
export const stylePoints: Family = {
  play: async (recorded) => pointsPlayed(pointsOf(recorded)),
  leaveOut: [
    { kind: "losses", names: /./, why },
    { kind: "expect", names: /./, why },
  ],
}

function pointsOf(recorded: Trajectory): Record<string, Point> {
  const points: Record<string, Point> = {}
  for (const [name, loss] of Object.entries(styles)) {
    points[name] = withInputs(
      recorded,
      ["x", "t"],
      ({ x, t }) =>
        pointAt(() => sideValue(loss, "learner", { output: [x!.variable], target: [t!.variable] }), {
          "grad.x": x!,
        }),
      images,
    )
  }
  for (const [name, loss] of Object.entries(variations)) {
    points[name] = withInputs(
      recorded,
      ["img"],
      ({ img }) => {
        const times = name.startsWith("tvMean") ? 1 : img!.variable.shape[0]!
        const seen = { values: { image: img!.variable } }
        return pointAt(() => tf.mul(sideValue(loss, "learner", seen), times), { "grad.img": img! })
      },
      images,
    )
  }
  return points
}
