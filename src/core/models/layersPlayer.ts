import { currentStep } from "@saddlepoint/engine/ambient"
import type { StepContext } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import type { Mode, OutputName, Player, Values } from "../contracts/player.ts"
import type { CallArguments } from "../layers/callArguments.ts"

/** A player that is a TensorFlow.js model: users can bring such models, and take them away through `model`. */
export interface LayersPlayer extends Player {
  /** For `toJSON`, `save`, `summary`. Loading it again needs the layers of `@saddlepoint/core/layers` imported. */
  readonly model: tf.LayersModel
}

/** A network of layers between named ends. */
export interface Network {
  /** Name of the player. */
  readonly name: string
  /** What `tf.input` gave, by the names under which values are taken. */
  readonly inputs: Readonly<Record<string, tf.SymbolicTensor>>
  readonly outputs: Readonly<Partial<Record<OutputName, tf.SymbolicTensor>>>
}

/**
 * Makes a player of symbolic tensors; see `playerOfModel`.
 * @throws Error when there are layers that draw random numbers no seed controls
 */
export function layersPlayer({ name, inputs, outputs }: Network): LayersPlayer {
  const given = Object.values(outputs as Record<string, tf.SymbolicTensor>)
  const model = tf.model({ name, inputs: Object.values(inputs), outputs: given })
  return playerOfModel(model, { inputs: Object.keys(inputs), outputs: Object.keys(outputs) as OutputName[] })
}

/** What a model's inputs and outputs are, each in the model's own order. */
export interface ModelEnds {
  readonly inputs: readonly string[]
  readonly outputs: readonly OutputName[]
}

/**
 * Makes a player of a finished `tf.LayersModel`. Variables have the names of the layers' weights and their order; weights
 * that are not trainable are `state`. `apply` takes what the model needs by name and leaves other values alone. The
 * player owns the model: `dispose` frees its variables.
 * @throws Error when the model has layers that draw random numbers no seed controls, or more or fewer inputs or outputs than
 * are named
 */
export function playerOfModel(model: tf.LayersModel, ends: ModelEnds): LayersPlayer {
  refuseUnseeded(model.layers)
  checkEnds(model, ends)
  const applications = new WeakMap<StepContext, Application[]>()
  return {
    model,
    variables: byName(model.trainableWeights),
    state: byName(model.nonTrainableWeights),
    apply(values: Values, mode: Mode) {
      checkShapes(model, ends.inputs, values)
      const taken = ends.inputs.map((name) => values[name]!)
      const training = mode === "train"
      const { index: application, repeated } = applied(applications, taken, training)
      const callArguments: CallArguments = { training, application, repeated }
      const given = tf.tidy(() => model.apply(taken, { ...callArguments }) as tf.Tensor | tf.Tensor[])
      const outputs = Array.isArray(given) ? given : [given]
      return Object.fromEntries(ends.outputs.map((name, index) => [name, outputs[index]!]))
    },
    dispose() {
      model.dispose()
    },
  }
}

/**
 * The player, and how it would be with other variables: for networks of dense layers, whose gradients in their variables can be differentiated
 * again, as those of convolutions cannot.
 */
export function withOtherVariables(player: LayersPlayer): LayersPlayer {
  return {
    ...player,
    applyWith(variables, inputs, mode) {
      // Layers read their variables where they are applied, and nowhere else.
      const held = player.model.trainableWeights.map((weight) => ({
        weight: weight as unknown as Held,
        own: weight.read(),
      }))
      try {
        for (const { weight } of held) weight.val = variables[weight.originalName]!
        return player.apply(inputs, mode)
      } finally {
        for (const { weight, own } of held) weight.val = own
      }
    },
  }
}

/** What a layer's variable holds. */
interface Held {
  readonly originalName: string
  val: tf.Tensor
}

function checkEnds(model: tf.LayersModel, { inputs, outputs }: ModelEnds): void {
  for (const [kind, names, made] of [
    ["input", inputs, model.inputs],
    ["output", outputs, model.outputs],
  ] as const) {
    if (new Set(names).size === made.length && names.length === made.length) continue
    throw new Error(
      `Expected a name of its own for each ${kind} of the model ${model.name}, which has ${made.length}, ` +
        `but got ${names.join(", ") || "none"}; name them in the model's order.`,
    )
  }
}

function byName(weights: readonly tf.LayerVariable[]): Record<string, tf.Variable> {
  const variables: Record<string, tf.Variable> = {}
  for (const weight of weights) {
    if (weight.originalName in variables) {
      throw new Error(
        `Expected every variable of a model to have its own name, but "${weight.originalName}" comes twice. ` +
          "Give the layers, nested ones too, different names.",
      )
    }
    variables[weight.originalName] = weight.read() as tf.Variable
  }
  return variables
}

interface Application {
  readonly inputs: readonly tf.Tensor[]
  trained: boolean
}

/**
 * Which application of the player within the step this is. Applying it again to the same tensors, as two moves of a
 * step do, is the same application: dropout then draws the same masks, moving statistics move once, and an engine can share the work.
 */
function applied(
  applications: WeakMap<StepContext, Application[]>,
  inputs: readonly tf.Tensor[],
  training: boolean,
): { readonly index: number; readonly repeated: boolean } {
  const step = currentStep()
  if (step === undefined) return { index: 0, repeated: false }
  let earlier = applications.get(step)
  if (earlier === undefined) {
    earlier = []
    applications.set(step, earlier)
  }
  let index = earlier.findIndex((before) =>
    before.inputs.every((tensor, i) => tensor.dataId === inputs[i]?.dataId),
  )
  if (index < 0) index = earlier.push({ inputs: [...inputs], trained: false }) - 1
  const application = earlier[index]!
  const repeated = training && application.trained
  application.trained ||= training
  return { index, repeated }
}

function checkShapes(model: tf.LayersModel, names: readonly string[], values: Values): void {
  const fits = model.inputs.every(({ shape }, index) => {
    const given = values[names[index]!]?.shape
    return (
      given?.length === shape.length && shape.every((side, axis) => side === null || side === given[axis])
    )
  })
  if (fits) return
  const expected = names.map((name, index) => `${name} ${shapeText(model.inputs[index]!.shape)}`)
  const got = names
    .filter((name) => values[name] !== undefined)
    .map((name) => `${name} ${shapeText(values[name]!.shape)}`)
  const others = Object.keys(values).join(", ")
  const instead = got.join(", ") || (others === "" ? "no values" : `only ${others}`)
  throw new Error(`Expected ${expected.join(", ")} for the player ${model.name}, but got ${instead}.`)
}

function shapeText(shape: readonly (number | null)[]): string {
  return `[${shape.map((side) => side ?? "batch").join(", ")}]`
}

const unseeded = new Set(["Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "AlphaDropout"])

function refuseUnseeded(layers: readonly tf.layers.Layer[]): void {
  for (const layer of layers) {
    if (unseeded.has(layer.getClassName())) {
      throw new Error(
        `Expected layers whose random numbers come from the trial's seed, but "${layer.name}" is a tf.layers ` +
          `${layer.getClassName()}. Use Dropout of @saddlepoint/core/layers/dropout.`,
      )
    }
    if ("layers" in layer) refuseUnseeded(layer.layers as tf.layers.Layer[])
  }
}
