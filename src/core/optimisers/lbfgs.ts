import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Evaluated, HostOptimiser } from "../contracts/optimiser.ts"
import { type Options, type Plugin, type Use, use } from "../contracts/plugin.ts"
import { addScaled, dot, quasiNewtonDirection, type Vector } from "./curvaturePairs.ts"
import {
  notNegative,
  positive,
  rateSlots,
  type Scheduled,
  type ScheduledUse,
  scheduledBy,
  withDefault,
} from "./hyperparameters.ts"
import { fromState, type Memory, remembered, toState } from "./lbfgsMemory.ts"
import { strongWolfe } from "./strongWolfe.ts"

interface LbfgsOptions {
  /** The step's length, and with a line search the first length that it tries. */
  readonly rate: number
  /** Pairs of moves and gradient changes that are remembered: twice as many vectors of the group's size. */
  readonly history: number
  /** Most directions in one update. */
  readonly maxIterations: number
  /** No new direction in an update once the objective was evaluated this often; five quarters of `maxIterations` where left out. */
  readonly maxEvaluations?: number
  /** An update ends once no element of the gradient is larger. */
  readonly toleranceGradient: number
  /** An update ends once no value changes by more, or the loss by less, or the slope is flatter. */
  readonly toleranceChange: number
  readonly lineSearch: "none" | "strongWolfe"
}

const defaults: LbfgsOptions = {
  rate: 1,
  history: 10,
  maxIterations: 20,
  toleranceGradient: 1e-7,
  toleranceChange: 1e-9,
  lineSearch: "none",
}

const count = Schema.Int.check(Schema.isGreaterThan(0))

export const lbfgsPlugin: Plugin<"optimiser", HostOptimiser> = {
  kind: "optimiser",
  name: "lbfgs",
  version: 1,
  options: {
    rate: withDefault(positive, defaults.rate),
    history: withDefault(count, defaults.history),
    maxIterations: withDefault(count, defaults.maxIterations),
    maxEvaluations: Schema.optionalKey(count),
    toleranceGradient: withDefault(notNegative, defaults.toleranceGradient),
    toleranceChange: withDefault(notNegative, defaults.toleranceChange),
    lineSearch: Schema.Literals(["none", "strongWolfe"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(defaults.lineSearch)),
    ),
  },
  slots: rateSlots,
  examples: [{}, { lineSearch: "strongWolfe" }],
  build: makeLbfgs,
}

/**
 * L-BFGS (Liu and Nocedal 1989; Nocedal and Wright 2006, algorithm 7.5) with the conventions of PyTorch's `torch.optim.LBFGS`: one update
 * takes up to `maxIterations` directions, each of length `rate` or of a length that satisfies the strong Wolfe conditions; the very
 * first is the steepest descent, shortened to `min(1, 1/|g|_1) * rate`. For objectives without noise: pictures, not minibatches.
 * Defaults are PyTorch's but for the history, 10 pairs (Nocedal and Wright advise 3 to 20) in the place of 100: rate 1, 20
 * iterations and 25 evaluations, toleranceGradient 1e-7, toleranceChange 1e-9, no line search.
 */
export function lbfgs(options: Partial<Options<LbfgsOptions & ScheduledUse>> = {}): Use<"optimiser"> {
  return use(lbfgsPlugin, options)
}

/** L-BFGS as a pure pair, for plug-ins that fix their own optimiser. */
export function makeLbfgs(options: Partial<LbfgsOptions> & Scheduled = {}): HostOptimiser {
  const settings = { ...defaults, ...options }
  return {
    name: "lbfgs",
    rate: settings.rate,
    ...scheduledBy(options.schedule),
    host: true,
    init: (size) => toState({ iterations: 0, pairs: [] }, settings.history, size),
    async update({ values, evaluate }, state, { rate }) {
      const descent = await descend({
        values,
        evaluate,
        memory: fromState(state, values.length),
        rate,
        settings,
      })
      const fields = toState(descent.memory, settings.history, values.length)
      return {
        values: descent.values,
        state: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.values])),
      }
    },
  }
}

interface Descent {
  readonly values: Float64Array
  readonly evaluate: (values: Float64Array) => Promise<Evaluated>
  readonly memory: Memory
  readonly rate: number
  readonly settings: LbfgsOptions
}

async function descend({
  evaluate,
  rate,
  settings,
  ...start
}: Descent): Promise<Pick<Descent, "values" | "memory">> {
  const { maxIterations, toleranceGradient, toleranceChange, lineSearch } = settings
  const maxEvaluations = settings.maxEvaluations ?? Math.floor((maxIterations * 5) / 4)
  let { values, memory } = start
  let evaluations = 1
  let at = await evaluate(values)
  for (let iteration = 1; largest(at.gradient) > toleranceGradient; iteration++) {
    const { gradient, loss } = at
    const pairs = remembered(memory, gradient, settings.history)
    const direction = quasiNewtonDirection(gradient, pairs)
    const slope = dot(gradient, direction)
    const first = memory.iterations === 0 ? Math.min(1, 1 / sumOfSizes(gradient)) * rate : rate
    memory = { iterations: memory.iterations + 1, pairs }
    // Nothing is to be won along this direction. No pair is made of it, though PyTorch's code takes it for a move.
    if (slope > -toleranceChange) break
    const origin = values
    const along = (length: number) => {
      const moved = origin.slice()
      addScaled(moved, length, direction)
      return moved
    }
    let length = first
    if (lineSearch === "strongWolfe") {
      const found = await strongWolfe({
        start: { length: 0, loss, slope, gradient },
        first,
        reach: largest(direction),
        toleranceChange,
        async evaluate(length) {
          evaluations++
          const point = await evaluate(along(length))
          return { length, ...point, slope: dot(point.gradient, direction) }
        },
      })
      length = found.length
      at = found
    }
    values = along(length)
    const move = direction.map((value) => length * value)
    memory = { ...memory, last: { move, gradient } }
    if (iteration === maxIterations) break
    if (lineSearch === "none") {
      evaluations++
      at = await evaluate(values)
    }
    if (evaluations >= maxEvaluations || largest(move) <= toleranceChange) break
    if (Math.abs(at.loss - loss) < toleranceChange) break
  }
  return { values, memory }
}

/** The largest absolute element. */
function largest(vector: Vector): number {
  let most = 0
  for (const value of vector) most = Math.max(most, Math.abs(value))
  return most
}

function sumOfSizes(vector: Vector): number {
  let sum = 0
  for (const value of vector) sum += Math.abs(value)
  return sum
}
