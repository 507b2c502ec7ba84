import * as tf from "@saddlepoint/engine/tf"
import type { CallArguments } from "./callArguments.ts"
import {
  asKernel,
  asMatrix,
  firstSingularVectors,
  iterated,
  type OutputsAxis,
  timesW,
} from "./powerIteration.ts"
import { drawn, type SeededValues } from "./seededInitialiser.ts"

/** A kernel that is divided by its spectral norm. */
interface NormalisedKernel {
  /** Its initial values. */
  readonly start: SeededValues
  readonly shape: readonly number[]
  readonly outputs: OutputsAxis
  /** Which vector a power iteration begins with. */
  readonly begin: "u" | "v"
}

/** Adds a weight to a layer that no move trains. */
type AddStill = (name: string, values: Float32Array) => tf.LayerVariable

/**
 * Spectral normalisation of a layer's kernel (Miyato et al. 2018, algorithm 1): `W / sigma`, where `sigma = u^T W v` is what power iteration
 * knows of the largest singular value of W, the kernel as a matrix `[outputs, everything else]`. u `[outputs]` and v are `state`, constants
 * of the gradient; every application of the player to other tensors in `train` makes one iteration, be it the player's own move
 * or its opponent's, as in PyTorch; `evaluate` makes none. They start from 15 iterations.
 *
 * The norm of the matrix bounds that of a dense layer, which is then 1-Lipschitz; a convolution's own norm may be larger, up to the square root of
 * its kernel's positions.
 *
 * An iteration begins with u, as in the authors' code and `torch.nn.utils.spectral_norm`, or with v, as in
 * `torch.nn.utils.parametrizations.spectral_norm`.
 */
export class SpectralNorm {
  private readonly u: tf.LayerVariable
  private readonly v: tf.LayerVariable
  private readonly kernel: NormalisedKernel

  /** @param add called for `u` and `v` */
  constructor(kernel: NormalisedKernel, add: AddStill) {
    const { start, shape, outputs } = kernel
    const { seed, player, variable } = start.config
    const count = outputs === "last" ? shape.at(-1)! : shape[0]!
    const address = [seed, "init", player.name, `${variable.name}/u`] as const
    const { u, v } = firstSingularVectors(drawn(start, shape), count, outputs, address)
    this.kernel = kernel
    this.u = add("u", u)
    this.v = add("v", v)
  }

  /** The kernel over its spectral norm. @param values of the kernel now */
  normalised(values: tf.Tensor, { training = false, repeated = false }: CallArguments): tf.Tensor {
    const { outputs, begin } = this.kernel
    const matrix = asMatrix(values, outputs)
    const before = { u: this.u.read(), v: this.v.read() }
    const moves = training && !repeated
    const { u, v } = moves ? iterated(matrix, before, outputs, begin) : before
    if (moves) {
      this.u.write(u)
      this.v.write(v)
    }
    const sigma = tf.sum(tf.mul(u, timesW(matrix, v, outputs)))
    return asKernel(tf.div(matrix, sigma), values.shape)
  }
}
