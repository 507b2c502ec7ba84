import { duringTurn } from "./ambient.ts"
import type { CompiledTurn, TurnBody, TurnSources } from "./engine.ts"
import { type Tensor, tidy } from "./tf.ts"
import { type MakeInput, turnContext } from "./turn-context.ts"

/**
 * A turn that runs its body at every step.
 * @param settle called after the activations have been released: a lazy engine computes here
 */
export function lazyTurn(
  body: TurnBody,
  sources: TurnSources,
  settle: (reported: Readonly<Record<string, Tensor>>) => void = () => {},
  makeInput?: MakeInput,
): CompiledTurn {
  return {
    play(feeds, step) {
      const context = turnContext(sources, step, makeInput)
      const reported = tidy(() => ownedCopies(duringTurn(context, () => body(feeds, context))))
      context.release()
      settle(reported)
      return reported
    },
    dispose() {},
  }
}

/** Clones, which copy no data, so that a feed or a variable that is reported is not given away. */
export function ownedCopies(reported: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  const copies: Record<string, Tensor> = {}
  for (const [name, value] of Object.entries(reported)) copies[name] = value.clone()
  return copies
}
