import { duringStep } from "../ambient.ts"
import type { CompiledStep, Feeds, StepBody, StepSources } from "../engine.ts"
import { type Tensor, tidy } from "../tf.ts"
import { withoutForbidden } from "./forbidden.ts"
import { type MakeInput, stepContext, type TracedContext } from "./stepContext.ts"

/**
 * A step that runs its body every time.
 * @param settle called after the activations have been released: a lazy engine computes here
 */
export function lazyStep(
  body: StepBody,
  sources: StepSources,
  settle: (reported: Readonly<Record<string, Tensor>>) => void = () => {},
  makeInput?: MakeInput,
): CompiledStep {
  return {
    mode: "lazy",
    reason: "This engine runs the body of a step every time.",
    play(feeds, step) {
      const context = stepContext(sources, step, makeInput)
      const reported = runBody(body, feeds, context)
      settle(reported)
      return reported
    },
    dispose() {},
  }
}

/**
 * Runs a body once, and releases all but copies of what it reports; after an error, everything.
 * @throws Error when the body does what a step must not do, naming it
 */
export function runBody(
  body: StepBody,
  feeds: Feeds,
  context: TracedContext,
): Readonly<Record<string, Tensor>> {
  try {
    return tidy(() => ownedCopies(duringStep(context, () => withoutForbidden(() => body(feeds, context)))))
  } finally {
    context.release()
  }
}

/** Clones, which copy no data, so that a feed or a variable that is reported is not given away. */
function ownedCopies(reported: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  const copies: Record<string, Tensor> = {}
  for (const [name, value] of Object.entries(reported)) copies[name] = value.clone()
  return copies
}
