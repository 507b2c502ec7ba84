import * as tf from "@saddlepoint/engine/tf"
import type { HostOptimiser, Named, Optimiser } from "../../contracts/optimiser.ts"
import type { Weights } from "../../play/weights.ts"

const [gradientSuffix, seenSuffix, rateName] = ["/first gradient", "/first seen", "watched/rate"]

/**
 * The same optimiser, which also remembers the gradient that each variable was first updated with, and the present rate. They are
 * state like its own, so that the step stays one that can be replayed, and a closed gate keeps them still.
 */
export function watched(optimiser: Optimiser): Optimiser {
  return {
    ...optimiser,
    init: (shapes) => ({
      ...optimiser.init(shapes),
      ...Object.fromEntries(
        Object.entries(shapes).map(([name, shape]) => [name + gradientSuffix, { shape }]),
      ),
      ...Object.fromEntries(Object.keys(shapes).map((name) => [name + seenSuffix, { shape: [] }])),
      [rateName]: { shape: [] },
    }),
    update(at, state, inputs) {
      const next = optimiser.update(at, state, inputs)
      const firsts = Object.entries(at.gradients).flatMap(([name, gradient]) => {
        const known = tf.greater(state[name + seenSuffix]!, 0)
        return [
          [name + gradientSuffix, tf.where(known, state[name + gradientSuffix]!, gradient)] as const,
          [name + seenSuffix, tf.onesLike(state[name + seenSuffix]!)] as const,
        ]
      })
      return {
        values: next.values,
        state: { ...next.state, ...Object.fromEntries(firsts), [rateName]: tf.mul(inputs.rate, 1) },
      }
    },
  }
}

/** Gradients that variables were first updated with, by `player/variable`, out of the state of a round's watched optimisers. */
export function firstGradients(state: Weights): Named<Float32Array> {
  const isFirst = ([name]: readonly [string, unknown]) => name.endsWith(gradientSuffix)
  return Object.fromEntries(
    Object.entries(state)
      .filter(isFirst)
      .map(([name, { values }]) => [name.slice(name.indexOf("/") + 1, -gradientSuffix.length), values]),
  )
}

/** The rates of a round's watched optimisers in the last step, by the groups' names. */
export function presentRates(state: Weights): Named<number> {
  return Object.fromEntries(
    Object.entries(state)
      .filter(([name]) => name.endsWith(`/${rateName}`))
      .map(([name, { values }]) => [name.slice(0, -rateName.length - 1), values[0]!]),
  )
}

/** The same optimiser, which tells every value of the objective that it asks for. */
export function overheard(optimiser: HostOptimiser, hear: (loss: number) => void): HostOptimiser {
  return {
    ...optimiser,
    update: ({ values, evaluate }, state, inputs) =>
      optimiser.update(
        {
          values,
          async evaluate(point) {
            const found = await evaluate(point)
            hear(found.loss)
            return found
          },
        },
        state,
        inputs,
      ),
  }
}
