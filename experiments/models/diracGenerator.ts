import type { Model, Player, PlayerFields } from "@saddlepoint/core/contracts/player"
import { type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"

/** A generator that makes one point, theta, whatever its latent says. It starts at a distance of 1 from the origin. */
export const diracGeneratorPlugin: Plugin<"model", Model> = {
  kind: "model",
  name: "diracGenerator",
  version: 1,
  options: {},
  build: (): Model => ({
    part: "generator",
    takes: { latent: "always" },
    gives: ["point"],
    player: diracPlayer,
    shapes: ({ outputs }) => ({ point: outputs!.point!.shape }),
  }),
}

export function diracGenerator(): Use<"model", { readonly part: "generator" }> {
  return use(diracGeneratorPlugin)
}

function diracPlayer(name: string, { outputs }: PlayerFields, seed: number): Player {
  const size = outputs!.point!.shape[0]!
  const start = stream(seed, "init", name, "theta").fillNormal(new Float32Array(size))
  const norm = Math.hypot(...start)
  const theta = tf.variable(tf.tensor1d(start.map((value) => value / norm)), true)
  return {
    variables: { theta },
    state: {},
    // The latent decides how many.
    apply: ({ latent }) => ({ point: tf.add(tf.zeros([latent!.shape[0]!, size]), theta) }),
    dispose: () => theta.dispose(),
  }
}
