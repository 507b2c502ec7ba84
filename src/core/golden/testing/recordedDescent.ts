import type { WrittenCase } from "./writtenCase.ts"

const start = [-0.5, 1.25, 0.75]

/** Rosenbrock's function and its gradient, in float64. */
function rosenbrock(x: readonly number[]): { readonly loss: number; readonly gradient: number[] } {
  const gradient = x.map(() => 0)
  let loss = 0
  for (let i = 0; i + 1 < x.length; i++) {
    const valley = x[i + 1]! - x[i]! ** 2
    loss += 100 * valley ** 2 + (1 - x[i]!) ** 2
    gradient[i]! += -400 * valley * x[i]! - 2 * (1 - x[i]!)
    gradient[i + 1]! += 200 * valley
  }
  return { loss, gradient }
}

/**
 * Three steps of gradient descent on Rosenbrock's function as a case, computed here in float64: the run that the family of optimisers
 * plays with momentum 0.9 at the rate 1e-4.
 */
export function recordedDescent(rate: number, momentum = 0.9): WrittenCase {
  const losses: number[] = []
  const path: number[] = []
  let x: readonly number[] = start
  let velocity = start.map(() => 0)
  for (let step = 0; step < 3; step++) {
    const { loss, gradient } = rosenbrock(x)
    losses.push(loss)
    velocity = velocity.map((v, i) => momentum * v + gradient[i]!)
    x = x.map((value, i) => value - rate * velocity[i]!)
    path.push(...x)
  }
  const run = "sgd-momentum-step"
  return {
    losses: { [`${run}.loss`]: losses, [`${run}.lr`]: losses.map(() => rate) },
    tensors: {
      "data.start": { shape: [3], values: start },
      [`expect.${run}.params`]: { shape: [3, 3], values: path },
    },
    after: { [run]: [...x] },
    tolerance: 1e-3,
    more: { config: { sgdLr: 1e-4, lbfgsPlainLr: 1 } },
  }
}
