import type { CompiledTurn, Feeds, TurnBody, TurnSources } from "../engine.ts"
import * as tf from "../tf.ts"
import type { OnnxBackend } from "./backend.ts"
import { playStep, type Source, type StepPlan } from "./played-step.ts"
import type { OrtTensor } from "./runtime.ts"
import { sameSignature } from "./session-cache.ts"
import { kindOf } from "./trace.ts"
import type { Value } from "./value.ts"

/** Steps that are replayed between two that run the body again, to see that it still does the same. */
const stepsBetweenChecks = 100

interface Remembered {
  plan: StepPlan
  /** True once two steps in a row had this plan: from then on it is replayed. */
  confirmed: boolean
  /** True once two steps did different things with the same inputs: state in JavaScript, never replayed. */
  stateful: boolean
  replayed: number
}

/**
 * A turn that learns its graph from its body and then runs the graph alone, which takes no JavaScript per kernel.
 *
 * The body runs until two steps in a row have the same graph, with every input from a known source (a feed, a
 * variable, a random draw, a schedule, an unchanged constant) and every output in a known sink (a variable, a
 * report). The session is the one the body's own steps ran, so the bits are the same. A body that reads its step
 * number, reads a tensor back, falls back, or keeps tensors or changing numbers in JavaScript runs at every step.
 */
export function replayingTurn(backend: OnnxBackend, body: TurnBody, sources: TurnSources): CompiledTurn {
  const byFeeds = new Map<string, Remembered>()
  return {
    play(feeds, step) {
      // What others recorded is not part of this turn.
      backend.flush()
      const key = feedsKey(backend, feeds)
      let known = byFeeds.get(key)
      if (known?.confirmed && known.replayed < stepsBetweenChecks) {
        const reported = replay(backend, known.plan, sources, feeds, step)
        if (reported !== undefined) {
          known.replayed++
          return reported
        }
        byFeeds.delete(key)
        known = undefined
      }
      const { reported, plan } = playStep(backend, body, sources, feeds, step)
      if (plan === undefined) {
        byFeeds.delete(key)
        return reported
      }
      const same = known !== undefined && samePlan(known.plan, plan)
      const stateful = known !== undefined && !same && sameInputs(known.plan, plan)
      if (known?.confirmed && stateful) {
        tf.dispose(reported)
        throw new Error(
          `Expected the turn's body to do at step ${step} what it did when it was traced, but it recorded another ` +
            "computation or other constants from the same inputs. Keep no state in JavaScript: give what changes " +
            "through feeds, variables, context.random or context.schedule.",
        )
      }
      const distrusted = stateful || known?.stateful === true
      byFeeds.set(key, { plan, confirmed: same && !distrusted, stateful: distrusted, replayed: 0 })
      return reported
    },
    dispose() {
      byFeeds.clear()
    },
  }
}

function feedsKey(backend: OnnxBackend, feeds: Feeds): string {
  let key = ""
  for (const name in feeds) {
    const value = backend.valueFor(feeds[name]!.dataId)
    key += `${name}:${value.dtype}:${value.shape.join()};`
  }
  return key
}

/** Runs the plan for one step; undefined when an input is no longer of the kind that the program takes. */
function replay(
  backend: OnnxBackend,
  plan: StepPlan,
  sources: TurnSources,
  feeds: Feeds,
  step: number,
): Record<string, tf.Tensor> | undefined {
  const { program, inputs, outputs } = plan
  if (program.disposed) return undefined
  const fed: Record<string, OrtTensor> = {}
  for (let i = 0; i < inputs.length; i++) {
    const name = program.inputs[i]
    if (name === undefined) continue
    const { source, kind } = inputs[i]!
    const tensor = presentTensor(backend, source, kind, sources, feeds, step)
    if (tensor === undefined) return undefined
    fed[name] = tensor
  }
  const results = program.session.run(fed, program.fetches, {})
  const reported: Record<string, tf.Tensor> = {}
  for (let i = 0; i < outputs.length; i++) {
    const { name, layout } = program.outputs[i]!
    const { shape, sinks } = outputs[i]!
    const tensor = backend.resultTensor(results[name]!, shape, layout)
    for (const sink of sinks) {
      if (sink.kind === "variable") sink.variable.assign(tensor)
      else reported[sink.name] = tensor.clone()
    }
    tensor.dispose()
  }
  return reported
}

function presentTensor(
  backend: OnnxBackend,
  source: Source,
  kind: number,
  sources: TurnSources,
  feeds: Feeds,
  step: number,
): OrtTensor | undefined {
  switch (source.kind) {
    case "random":
      return backend.inputTensor(sources.random(source.name, source.shape, source.of, step), source.shape)
    case "schedule":
      return backend.inputTensor(new Float32Array([sources.schedule(source.name, step)]), [])
    case "constant":
      return source.lasting && source.value.refCount === 0 ? undefined : backend.ortTensor(source.value)
    case "feed":
      return tensorOfKind(backend, backend.valueFor(feeds[source.name]!.dataId), kind)
    case "variable":
      if (source.variable.isDisposed) return undefined
      return tensorOfKind(backend, backend.valueFor(source.variable.dataId), kind)
  }
}

function tensorOfKind(backend: OnnxBackend, value: Value, kind: number): OrtTensor | undefined {
  if (value.scalar !== undefined) {
    value.scalar = undefined
    value.leafKind = 0
  }
  return kindOf(value) === kind ? backend.ortTensor(value) : undefined
}

/** Whether two steps are one computation: graph, constants, sources and sinks. */
function samePlan(a: StepPlan, b: StepPlan): boolean {
  return sameSignature(a.signature, b.signature) && sameInputs(a, b) && sameConstants(a, b) && sameSinks(a, b)
}

/** Whether two steps took the same kinds of numbers from the same sources; says nothing of constants. */
function sameInputs(a: StepPlan, b: StepPlan): boolean {
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
    const [left, right] = [source.value.host!, other.value.host!]
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
