import type { Feeds, StepSources } from "../../engine.ts"
import type * as tf from "../../tf.ts"
import type { OnnxBackend } from "../backend.ts"
import type { OrtTensor } from "../runtime/onnxRuntime.ts"
import { kindOf } from "../trace.ts"
import { Value } from "../value.ts"
import { asInput } from "./playedStep.ts"
import type { StepPlan } from "./stepPlan.ts"

/** Gives the input of a session for one step; undefined when it is no longer of the kind that the program takes. */
type Feeder = (feeds: Feeds, step: number) => OrtTensor | undefined

/** Takes what a session computed for one output. */
type Taker = (result: OrtTensor, reported: Record<string, tf.Tensor>) => void

/**
 * A plan made ready to run: per step it looks up the data of every input, runs the session, and puts every output
 * where it belongs. A variable that alone holds its data takes the result without a new tensor; data that a clone or a
 * report holds as well is left to them. The arrays of earlier steps are never written to.
 */
export class PlanReplay {
  readonly plan: StepPlan
  private readonly feeders: readonly { readonly name: string; readonly feeder: Feeder }[]
  private readonly takers: readonly { readonly name: string; readonly take: Taker }[]
  private readonly fed: Record<string, OrtTensor> = {}

  constructor(backend: OnnxBackend, plan: StepPlan, sources: StepSources) {
    this.plan = plan
    this.feeders = plan.inputs.flatMap((input, i) => {
      const name = plan.program.inputs[i]
      return name === undefined ? [] : [{ name, feeder: feederOf(backend, input, sources) }]
    })
    this.takers = plan.outputs.map((output, i) => {
      const { name, layout } = plan.program.outputs[i]!
      return { name, take: takerOf(backend, output, layout) }
    })
  }

  /** Plays one step; undefined when it cannot, and then nothing has changed. */
  play(feeds: Feeds, step: number): Record<string, tf.Tensor> | undefined {
    const { program } = this.plan
    if (program.disposed) return undefined
    const { fed } = this
    for (const { name, feeder } of this.feeders) {
      const tensor = feeder(feeds, step)
      if (tensor === undefined) return undefined
      fed[name] = tensor
    }
    const results = program.session.run(fed, program.fetches, noOptions)
    const reported: Record<string, tf.Tensor> = {}
    for (const { name, take } of this.takers) take(results[name]!, reported)
    return reported
  }
}

const noOptions = {}

function feederOf(
  backend: OnnxBackend,
  { source, kind }: StepPlan["inputs"][number],
  sources: StepSources,
): Feeder {
  const ofKind = (value: Value) => {
    asInput(value)
    return kindOf(value) === kind ? backend.ortTensor(value) : undefined
  }
  switch (source.kind) {
    case "random": {
      const { name, shape, of } = source
      return (_feeds, step) => backend.inputTensor(sources.random(name, shape, of, step), shape)
    }
    case "schedule": {
      const number = new Float32Array(1)
      const tensor = backend.inputTensor(number, [])
      return (_feeds, step) => {
        number[0] = sources.schedule(source.name, step)
        return tensor
      }
    }
    case "constant": {
      const { value, lasting } = source
      return () => (lasting && value.refCount === 0 ? undefined : backend.ortTensor(value))
    }
    case "feed":
      return (feeds) => ofKind(backend.valueFor(feeds[source.name]!.dataId))
    case "variable": {
      const { variable } = source
      return () => (variable.isDisposed ? undefined : ofKind(backend.valueFor(variable.dataId)))
    }
  }
}

/** Values that a replay made and gave to one variable: no plan takes them for a constant. */
const ownedByVariable = new WeakSet<Value>()

function takerOf(
  backend: OnnxBackend,
  { shape, sinks }: StepPlan["outputs"][number],
  layout: readonly number[] | undefined,
): Taker {
  const [first] = sinks
  if (sinks.length === 1 && first!.kind === "report") {
    const { name } = first!
    return (result, reported) => {
      reported[name] = backend.resultTensor(result, shape, layout)
    }
  }
  const share: Taker = (result, reported) => {
    const tensor = backend.resultTensor(result, shape, layout)
    for (const sink of sinks) {
      if (sink.kind === "variable") sink.variable.assign(tensor)
      else reported[sink.name] = tensor.clone()
    }
    tensor.dispose()
  }
  if (sinks.length > 1 || first!.kind === "report") return share
  const { variable } = first!
  return (result, reported) => {
    const value = variable.dataId
    if (value instanceof Value && value.refCount === 1 && ownedByVariable.has(value)) {
      if (value.layout !== layout) {
        value.layout = layout
        value.leafKind = 0
      }
      value.take(result)
      return
    }
    share(result, reported)
    ownedByVariable.add(variable.dataId as Value)
  }
}
