import type { StepSources } from "@saddlepoint/engine/engine"
import { stream } from "@saddlepoint/engine/random"

/** Random tensors of a phase of a trial: a pure function of (seed, phase, name, step). */
export function randomSource(seed: number, phase: string): StepSources["random"] {
  return (name, shape, distribution, step) => {
    const values = new Float32Array(shape.reduce((product, side) => product * side, 1))
    const numbers = stream(seed, phase, name, step)
    if (distribution.kind === "uniform") numbers.fillUniform(values)
    else if (distribution.kind === "normal") numbers.fillNormal(values)
    else numbers.fillBernoulli(values, distribution.rate)
    return values
  }
}
