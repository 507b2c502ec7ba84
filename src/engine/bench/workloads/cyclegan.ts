import type * as tf from "../../tf.ts"
import { adam } from "../networks/adam.ts"
import type { Layer } from "../networks/layer.ts"
import { absolute, leastSquares } from "../networks/loss.ts"
import { Parameters } from "../networks/parameters.ts"
import { patchGan } from "../networks/patchgan.ts"
import { resnetGenerator } from "../networks/resnet.ts"
import { uniformImages, type Workload } from "./workload.ts"

export interface CycleganOptions {
  /** Side of the images in pixels, a multiple of 4. */
  readonly side: number
  /** Channels next to the image, in all networks. */
  readonly width: number
  readonly batch: number
  /** Residual blocks of each generator. */
  readonly blocks: number
}

const optimiser = { rate: 2e-4, beta1: 0.5, beta2: 0.999 }
const [cycle, identity] = [10, 5]

/**
 * CycleGAN (Zhu et al. 2017): two residual generators, two PatchGANs of receptive field 34; least squares, cycle
 * consistency times 10, identity times 5. A step is both generators, then each discriminator, which judges the step's
 * own fakes (no pool of earlier ones).
 */
export function cyclegan({ side, width, batch, blocks }: CycleganOptions): Workload {
  const names = ["a to b", "b to a", "judge a", "judge b"]
  const [ab, ba, ja, jb] = names.map((name) => new Parameters(name)) as [
    Parameters,
    Parameters,
    Parameters,
    Parameters,
  ]
  const [toB, toA] = [resnetGenerator(ab, width, blocks), resnetGenerator(ba, width, blocks)]
  const [judgeA, judgeB] = [patchGan(ja, 3, width, 2), patchGan(jb, 3, width, 2)]
  const generators = adam([...ab.variables, ...ba.variables], optimiser)
  const [learnerA, learnerB] = [adam(ja.variables, optimiser), adam(jb.variables, optimiser)]
  const parameters = [ab, ba, ja, jb]
  return {
    feeds: { a: uniformImages("a", batch, side, 3), b: uniformImages("b", batch, side, 3) },
    parameters: parameters.reduce((sum, { count }) => sum + count, 0),
    tensors: parameters
      .flatMap(({ variables }) => variables)
      .concat(...[generators, learnerA, learnerB].map(({ slots }) => slots)),
    body(feeds, context) {
      const [a, b] = [feeds.a as tf.Tensor4D, feeds.b as tf.Tensor4D]
      const pass = { context, moves: true }
      const apply = (layer: Layer, x: tf.Tensor4D) => layer(x, pass)
      // The generators' passes are these once more: one computation each.
      const [fakeA, fakeB] = [apply(toA, b), apply(toB, a)]
      const made = generators.learn(() => {
        const [a2, b2] = [apply(toA, b), apply(toB, a)]
        const fooled = leastSquares(apply(judgeA, a2), true).add(leastSquares(apply(judgeB, b2), true))
        const returned = absolute(apply(toA, b2), a).add(absolute(apply(toB, a2), b))
        const kept = absolute(apply(toA, a), a).add(absolute(apply(toB, b), b))
        return fooled.add(returned.mul(cycle)).add(kept.mul(identity))
      }, context)
      const judged = (judge: Layer, real: tf.Tensor4D, fake: tf.Tensor4D) => () =>
        leastSquares(apply(judge, real), true)
          .add(leastSquares(apply(judge, fake), false))
          .mul(0.5) as tf.Scalar
      return {
        generators: made,
        judgeA: learnerA.learn(judged(judgeA, a, fakeA), context),
        judgeB: learnerB.learn(judged(judgeB, b, fakeB), context),
      }
    },
  }
}
