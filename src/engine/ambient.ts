import type { StepContext } from "./engine.ts"

let current: StepContext | undefined

/**
 * The context of the step whose body is running now, or undefined outside a step. Layers (dropout, noise)
 * use it, because the call of a layer has no argument through which a context could reach them.
 */
export function currentStep(): StepContext | undefined {
  return current
}

/** Runs `body` with `context` as the current step; steps nest, and the outer one returns after an error too. */
export function duringStep<T>(context: StepContext, body: () => T): T {
  const outer = current
  current = context
  try {
    return body()
  } finally {
    current = outer
  }
}
