import * as tf from "@saddlepoint/engine/tf"
import type { Loss } from "../../contracts/loss.ts"
import { shown } from "../closeness.ts"
import { Broken } from "../law.ts"

/** One function that a loss consists of: laws that hold for every loss look at its sides, whatever its role. */
export interface Side {
  /** How reports name its values, e.g. `the discriminator's loss`. */
  readonly name: string
  /** Inputs that somebody learns through: the gradient must reach them. */
  readonly learns: readonly string[]
  /** @param inputs tensors of one shape by the names of `inputsOf` */
  of(inputs: Inputs): tf.Tensor
}

export type Inputs = Readonly<Record<string, tf.Tensor>>

/** Names of a loss's two inputs, as counterexamples show them. */
export function inputsOf(loss: Loss): readonly [string, string] {
  return loss.role === "reconstruction" ? ["output", "target"] : ["real", "fake"]
}

export function sidesOf(loss: Loss): readonly Side[] {
  if (loss.role === "reconstruction") {
    // A target is data: a loss may hold its gradient back.
    return [
      { name: "the loss", learns: ["output"], of: ({ output, target }) => loss.compute(output!, target!) },
    ]
  }
  return [
    {
      name: "the discriminator's loss",
      learns: ["real", "fake"],
      of: ({ real, fake }) => loss.discriminator(real!, fake!),
    },
    {
      name: "the generator's loss",
      learns: ["fake"],
      of: ({ real, fake }) => loss.generator(fake!, real!),
    },
  ]
}

/** The values of one side: one per example, or a single one where the loss is over the batch. */
export function valuesOf(loss: Loss, side: Side, inputs: Inputs): number[] {
  const [name] = inputsOf(loss)
  const expected = loss.scope === "example" ? [inputs[name]!.shape[0]!] : []
  const values = side.of(inputs)
  if (shown(values.shape) !== shown(expected) || values.dtype !== "float32") {
    throw new Broken(
      `${side.name} to be float32 of shape ${shown(expected)}`,
      `${values.dtype} of shape ${shown(values.shape)}`,
    )
  }
  return Array.from(values.dataSync())
}

/** Gradient of the sum of a side's values with respect to one input; undefined where no gradient reaches it. */
export function gradientOf(side: Side, inputs: Inputs, name: string): Float32Array | undefined {
  const at = inputs[name]!
  const { grads } = tf.engine().gradients(() => side.of(inputs), [at], undefined, true)
  return grads[0]?.dataSync() as Float32Array | undefined
}
