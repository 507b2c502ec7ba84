import type { RandomDistribution, StepContext, StepSources } from "../engine.ts"
import { keep, type Tensor, tensor } from "../tf.ts"

/** The context of one step, with what the engine needs to know about how it was used. */
export interface TracedContext extends StepContext {
  /** True once the body has read `step`: what it records may then depend on the step. */
  readonly readStep: boolean
  /** Releases the random tensors and the schedules of the step. */
  release(): void
}

/** How an engine makes the tensor of a random draw or a schedule. */
export type MakeInput = (name: string, values: Float32Array, shape: number[]) => Tensor

/**
 * Makes the context of one step. Drawing a name again in the same step gives the same tensor, so that a network that
 * is applied by two moves of a step has one dropout mask and its work can be shared.
 * @param makeInput turns host values into a tensor; an engine that compiles marks it as an input here
 */
export function stepContext(sources: StepSources, step: number, makeInput: MakeInput = plain): TracedContext {
  const drawn = new Map<string, Tensor>()
  const scheduled = new Map<string, Tensor>()
  let readStep = false
  return {
    get step() {
      readStep = true
      return step
    },
    get readStep() {
      return readStep
    },
    random(name: string, shape: readonly number[], distribution: RandomDistribution): Tensor {
      const earlier = drawn.get(name)
      if (earlier !== undefined) {
        if (earlier.shape.join() === shape.join()) return earlier
        throw new Error(
          `Expected the random tensor "${name}" to keep its shape [${earlier.shape}] within a step, but it was drawn ` +
            `again with shape [${shape}]. Give the second draw another name.`,
        )
      }
      // Kept: the first draw may happen in a scope (a gradient's) that ends before the second.
      const made = keep(
        makeInput(`random/${name}`, sources.random(name, shape, distribution, step), [...shape]),
      )
      drawn.set(name, made)
      return made
    },
    schedule(name: string): Tensor {
      const earlier = scheduled.get(name)
      if (earlier !== undefined) return earlier
      const made = keep(makeInput(`schedule/${name}`, new Float32Array([sources.schedule(name, step)]), []))
      scheduled.set(name, made)
      return made
    },
    release() {
      for (const made of [...drawn.values(), ...scheduled.values()]) made.dispose()
    },
  }
}

function plain(_name: string, values: Float32Array, shape: number[]): Tensor {
  return tensor(values, shape, "float32")
}
