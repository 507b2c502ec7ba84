import type { Feeds, RandomDistribution, StepBody, StepSources } from "../../engine.ts"
import { runBody } from "../../steps/lazyStep.ts"
import { type MakeInput, stepContext } from "../../steps/stepContext.ts"
import * as tf from "../../tf.ts"
import type { Flush, OnnxBackend } from "../backend.ts"
import { kindOf } from "../trace.ts"
import type { Value } from "../value.ts"
import type { Sink, Source, StepPlan } from "./stepPlan.ts"

/** A step whose body ran. */
export interface PlayedStep {
  readonly reported: Readonly<Record<string, tf.Tensor>>
  /** What was computed at the step's end; undefined when nothing was left to compute. */
  readonly flush: Flush | undefined
  /** How to repeat the step, or in one sentence why a graph with known sources and sinks does not show what it did. */
  readonly plan: StepPlan | string
}

/** Runs a step's body once, computes it, and works out where its inputs came from and its outputs went. */
export function playStep(
  backend: OnnxBackend,
  body: StepBody,
  sources: StepSources,
  feeds: Feeds,
  step: number,
): PlayedStep {
  const origins = new Origins()
  for (const [name, feed] of Object.entries(feeds))
    origins.claim(backend.valueFor(feed.dataId), { kind: "feed", name })
  const variables: tf.Variable[] = Object.values(tf.engine().registeredVariables)
  const held = variables.map((variable) => variable.dataId)
  for (const variable of variables) {
    if (variable.dtype === "float32" || variable.dtype === "int32" || variable.dtype === "bool") {
      origins.claim(backend.valueFor(variable.dataId), { kind: "variable", variable })
    }
  }

  const distributions = new Map<string, RandomDistribution>()
  const noting: StepSources = {
    random(name, shape, distribution, at) {
      distributions.set(name, distribution)
      return sources.random(name, shape, distribution, at)
    },
    schedule: (name, at) => sources.schedule(name, at),
  }
  const makeInput: MakeInput = (path, values, shape) => {
    const tensor = backend.asInputs(() => tf.tensor(values, shape, "float32"))
    const slash = path.indexOf("/")
    const name = path.slice(slash + 1)
    const source: Source =
      path.slice(0, slash) === "random"
        ? { kind: "random", name, shape, of: distributions.get(name)! }
        : { kind: "schedule", name }
    origins.claim(backend.valueFor(tensor.dataId), source)
    return tensor
  }
  const context = stepContext(noting, step, makeInput)

  const flushes = backend.flushes
  const tensors = tf.memory().numTensors
  const { fallbacks } = backend
  const reported = runBody(body, feeds, context)
  const flush = backend.flush()

  const kept = tf.memory().numTensors - tensors - Object.keys(reported).length
  const present = Object.keys(tf.engine().registeredVariables).length
  const reason = context.readStep
    ? "Its body reads context.step; give what changes with the step through context.schedule or context.random."
    : present !== variables.length
      ? `Its body makes or disposes variables (${variables.length} before step ${step}, ${present} after); make them ` +
        "before the step is compiled."
      : kept !== 0
        ? `Its body leaves ${kept} tensors behind that it does not report; report or dispose them.`
        : backend.flushes !== flushes + (flush === undefined ? 0 : 1)
          ? computedInside(fallbacks, backend.fallbacks)
          : flush === undefined
            ? "Its body computes nothing."
            : undefined
  const plan = reason ?? planOf(flush!, origins, variables, held, reported)
  return { reported, flush, plan }
}

function computedInside(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>) {
  const fallen = Object.keys(after).filter((name) => after[name] !== before[name])
  return fallen.length > 0
    ? `Its body needs ${fallen.join(" and ")}, which TensorFlow.js's CPU code computes on this engine, in mid-step.`
    : "Its body was computed in several parts, because it records more than one graph should hold."
}

/** Where the data came from that the graph of a step reads. */
class Origins {
  private readonly sources = new Map<Value, Source | "several">()

  claim(value: Value, source: Source): void {
    // Two variables may share their data until one is assigned; which one it comes from then matters.
    this.sources.set(value, this.sources.has(value) ? "several" : source)
    asInput(value)
  }

  of(leaf: Value): Source | "several" {
    return this.sources.get(leaf) ?? { kind: "constant", value: leaf, lasting: leaf.refCount > 0 }
  }
}

/** A feed or a variable of one element is an input from the first, whatever wrote it. */
export function asInput(value: Value): void {
  if (value.scalar === undefined) return
  value.scalar = undefined
  value.leafKind = 0
}

function planOf(
  { trace, program }: Flush,
  origins: Origins,
  variables: readonly tf.Variable[],
  held: readonly tf.DataId[],
  reported: Readonly<Record<string, tf.Tensor>>,
): StepPlan | string {
  const sinks = new Map<tf.DataId, Sink[]>(trace.outputs.map((value) => [value, []]))
  for (const [i, variable] of variables.entries()) {
    if (variable.isDisposed) return `Its body disposes the variable ${variable.name}.`
    if (variable.dataId === held[i]) continue
    const list = sinks.get(variable.dataId)
    if (list === undefined)
      return `Its body assigns to the variable ${variable.name} what it did not compute.`
    list.push({ kind: "variable", variable })
  }
  for (const [name, tensor] of Object.entries(reported)) {
    const list = sinks.get(tensor.dataId)
    if (list === undefined) return `Its body reports "${name}", which it did not compute.`
    list.push({ kind: "report", name })
  }
  const outputs = trace.outputs.map((value) => ({ shape: value.shape, sinks: sinks.get(value)! }))
  if (outputs.some((output) => output.sinks.length === 0))
    return "Its body computes a tensor that somebody else holds."

  const inputs: { source: Source; kind: number }[] = []
  for (const leaf of trace.leaves) {
    const source = origins.of(leaf)
    if (source === "several")
      return "It reads data that two variables or feeds share; give each its own until one is assigned."
    inputs.push({ source, kind: kindOf(leaf) })
  }
  return { program, signature: trace.signature, inputs, outputs }
}
