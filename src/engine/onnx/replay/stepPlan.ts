import type { RandomDistribution } from "../../engine.ts"
import type * as tf from "../../tf.ts"
import { type Program, sameSignature } from "../sessionCache.ts"
import type { Value } from "../value.ts"

/** Where an input of a compiled step's graph comes from, each time. */
export type Source =
  | { readonly kind: "feed"; readonly name: string }
  | { readonly kind: "variable"; readonly variable: tf.Variable }
  | {
      readonly kind: "random"
      readonly name: string
      readonly shape: number[]
      readonly of: RandomDistribution
    }
  | { readonly kind: "schedule"; readonly name: string }
  /** `lasting`: a tensor that outlives the step belongs to somebody, who may replace it. */
  | { readonly kind: "constant"; readonly value: Value; readonly lasting: boolean }

/** Where an output goes. */
export type Sink =
  | { readonly kind: "variable"; readonly variable: tf.Variable }
  | { readonly kind: "report"; readonly name: string }

/** All that a replay needs to repeat a step without running its body. */
export interface StepPlan {
  readonly program: Program
  readonly signature: Int32Array
  readonly inputs: readonly { readonly source: Source; readonly kind: number }[]
  readonly outputs: readonly { readonly shape: readonly number[]; readonly sinks: readonly Sink[] }[]
}

/** Whether two steps are one computation: graph, constants, sources and sinks. */
export function samePlan(a: StepPlan, b: StepPlan): boolean {
  return sameSignature(a.signature, b.signature) && sameInputs(a, b) && sameConstants(a, b) && sameSinks(a, b)
}

/** Whether two steps took the same kinds of numbers from the same sources; says nothing of constants. */
export function sameInputs(a: StepPlan, b: StepPlan): boolean {
  const given = ({ inputs }: StepPlan) => inputs.filter(({ source }) => source.kind !== "constant")
  const [left, right] = [given(a), given(b)]
  return (
    left.length === right.length &&
    left.every((input, i) => input.kind === right[i]!.kind && sameSource(input.source, right[i]!.source))
  )
}

function sameSource(a: Source, b: Source): boolean {
  if (a.kind === "variable") return b.kind === "variable" && a.variable === b.variable
  if (a.kind === "constant" || b.kind === "constant" || b.kind === "variable") return a.kind === b.kind
  if (a.kind === "random") return b.kind === "random" && a.name === b.name && sameDraw(a, b)
  return a.kind === b.kind && a.name === b.name
}

function sameDraw(a: Source & { kind: "random" }, b: Source & { kind: "random" }): boolean {
  return JSON.stringify([a.shape, a.of]) === JSON.stringify([b.shape, b.of])
}

function sameConstants(a: StepPlan, b: StepPlan): boolean {
  return a.inputs.every(({ source }, i) => {
    const other = b.inputs[i]?.source
    if (source.kind !== "constant" || other?.kind !== "constant") return source.kind === other?.kind
    if (source.value === other.value) return true
    const [left, right] = [source.value.numbers(), other.value.numbers()]
    return left.length === right.length && left.every((number, at) => Object.is(number, right[at]))
  })
}

function sameSinks(a: StepPlan, b: StepPlan): boolean {
  const key = (plan: StepPlan) =>
    plan.outputs.map(({ sinks }) =>
      sinks.map((sink) => (sink.kind === "report" ? `report ${sink.name}` : `variable ${sink.variable.id}`)),
    )
  return JSON.stringify(key(a)) === JSON.stringify(key(b))
}
