import type { Feeds, RandomDistribution, TurnBody, TurnSources } from "../engine.ts"
import { runBody } from "../lazy-turn.ts"
import * as tf from "../tf.ts"
import { turnContext } from "../turn-context.ts"
import type { OnnxBackend } from "./backend.ts"
import type { Program } from "./session-cache.ts"
import { kindOf } from "./trace.ts"
import type { Value } from "./value.ts"

/** Where an input of a turn's graph comes from at every step. */
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

export interface PlayedStep {
  readonly reported: Readonly<Record<string, tf.Tensor>>
  /** Undefined when the step did something that a graph with known sources and sinks does not show. */
  readonly plan: StepPlan | undefined
}

/** Runs a turn's body once, computes it, and works out where its inputs came from and its outputs went. */
export function playStep(
  backend: OnnxBackend,
  body: TurnBody,
  sources: TurnSources,
  feeds: Feeds,
  step: number,
): PlayedStep {
  const origins = new Map<Value, Source | "several">()
  const claim = (value: Value, source: Source) => {
    // Two variables may share their data until one is assigned; which one it comes from then matters.
    origins.set(value, origins.has(value) ? "several" : source)
    // A feed or a variable of one element is an input from the first, whatever wrote it.
    if (value.scalar !== undefined) {
      value.scalar = undefined
      value.leafKind = 0
    }
  }
  for (const [name, feed] of Object.entries(feeds))
    claim(backend.valueFor(feed.dataId), { kind: "feed", name })
  const variables: tf.Variable[] = Object.values(tf.engine().registeredVariables)
  const held = variables.map((variable) => variable.dataId)
  for (const variable of variables) {
    if (variable.dtype === "float32" || variable.dtype === "int32" || variable.dtype === "bool") {
      claim(backend.valueFor(variable.dataId), { kind: "variable", variable })
    }
  }

  const distributions = new Map<string, RandomDistribution>()
  const noting: TurnSources = {
    random(name, shape, distribution, at) {
      distributions.set(name, distribution)
      return sources.random(name, shape, distribution, at)
    },
    schedule: (name, at) => sources.schedule(name, at),
  }
  const context = turnContext(noting, step, (path, values, shape) => {
    const tensor = backend.asInputs(() => tf.tensor(values, shape, "float32"))
    const slash = path.indexOf("/")
    const name = path.slice(slash + 1)
    const source: Source =
      path.slice(0, slash) === "random"
        ? { kind: "random", name, shape, of: distributions.get(name)! }
        : { kind: "schedule", name }
    claim(backend.valueFor(tensor.dataId), source)
    return tensor
  })

  const flushes = backend.flushes
  const tensors = tf.memory().numTensors
  const reported = runBody(body, feeds, context)
  const flush = backend.flush()

  const kept = tf.memory().numTensors - tensors - Object.keys(reported).length
  const sameVariables = Object.keys(tf.engine().registeredVariables).length === variables.length
  const visible = !context.readStep && kept === 0 && sameVariables
  if (!visible || flush === undefined || backend.flushes !== flushes + 1) return { reported, plan: undefined }

  const sinks = new Map<tf.DataId, Sink[]>(flush.trace.outputs.map((value) => [value, []]))
  let complete = true
  const send = (dataId: tf.DataId, sink: Sink) => {
    const list = sinks.get(dataId)
    if (list === undefined) complete = false
    else list.push(sink)
  }
  variables.forEach((variable, i) => {
    if (variable.isDisposed) complete = false
    else if (variable.dataId !== held[i]) send(variable.dataId, { kind: "variable", variable })
  })
  for (const [name, tensor] of Object.entries(reported)) send(tensor.dataId, { kind: "report", name })
  const outputs = flush.trace.outputs.map((value) => ({ shape: value.shape, sinks: sinks.get(value)! }))
  if (!complete || outputs.some((output) => output.sinks.length === 0)) return { reported, plan: undefined }

  const inputs: { source: Source; kind: number }[] = []
  for (const leaf of flush.trace.leaves) {
    const source = origins.get(leaf) ?? { kind: "constant", value: leaf, lasting: leaf.refCount > 0 }
    if (source === "several") return { reported, plan: undefined }
    inputs.push({ source, kind: kindOf(leaf) })
  }
  return { reported, plan: { program: flush.program, signature: flush.trace.signature, inputs, outputs } }
}
