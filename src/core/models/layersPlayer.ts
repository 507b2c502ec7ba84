import { currentStep } from "@saddlepoint/engine/ambient"
import type { StepContext } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import type { CallArguments } from "../layers/dropout.ts"
import type { Mode, Player } from "../contracts/player.ts"

/** A player that is a TensorFlow.js model: users can bring such models, and take them away through `model`. */
export interface LayersPlayer extends Player {
  /** For `toJSON`, `save`, `summary`. Loading it again needs the layers of `@saddlepoint/core/layers` imported. */
  readonly model: tf.LayersModel
}

/** Which of the inputs of `apply` the model takes; all of them where left out. */
export type Select = (inputs: readonly tf.Tensor[]) => readonly tf.Tensor[]

/**
 * Makes a player of a `tf.LayersModel` of one output. Variables have the names of the layers' weights and their
 * order; weights that are not trainable are `state`. The player owns the model: `dispose` frees its variables.
 * @throws Error when the model has layers that draw random numbers no seed controls, or several outputs
 */
export function layersPlayer(model: tf.LayersModel, select: Select = (inputs) => inputs): LayersPlayer {
  refuseUnseeded(model.layers)
  if (model.outputs.length !== 1) {
    throw new Error(
      `Expected a model of one output for a player, but ${model.name} has ${model.outputs.length}.`,
    )
  }
  const applications = new WeakMap<StepContext, (readonly tf.Tensor[])[]>()
  return {
    model,
    variables: byName(model.trainableWeights),
    state: byName(model.nonTrainableWeights),
    apply(inputs: readonly tf.Tensor[], mode: Mode) {
      const taken = select(inputs)
      checkShapes(model, taken)
      const application = applicationIndex(applications, taken)
      const callArguments: CallArguments = { training: mode === "train", application }
      return tf.tidy(() => model.apply([...taken], { ...callArguments }) as tf.Tensor)
    },
    dispose() {
      model.dispose()
    },
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

/**
 * Which application of the player within the turn this is. Applying it again to the same tensors, as two turns of a
 * step do, is the same application: dropout then draws the same masks, and an engine can share the work.
 */
function applicationIndex(
  applications: WeakMap<StepContext, (readonly tf.Tensor[])[]>,
  inputs: readonly tf.Tensor[],
): number {
  const turn = currentStep()
  if (turn === undefined) return 0
  let earlier = applications.get(turn)
  if (earlier === undefined) {
    earlier = []
    applications.set(turn, earlier)
  }
  const same = earlier.findIndex((before) => before.every((tensor, i) => tensor.dataId === inputs[i]?.dataId))
  return same >= 0 ? same : earlier.push([...inputs]) - 1
}

function checkShapes(model: tf.LayersModel, inputs: readonly tf.Tensor[]): void {
  const fits =
    inputs.length === model.inputs.length &&
    model.inputs.every(({ shape }, index) => {
      const given = inputs[index]!.shape
      return (
        given.length === shape.length && shape.every((side, axis) => side === null || side === given[axis])
      )
    })
  if (fits) return
  const expected = model.inputs.map(({ shape }) => shapeText(shape)).join(", ")
  const got = inputs.map(({ shape }) => shapeText(shape)).join(", ")
  throw new Error(
    `Expected inputs of shape ${expected} for the model ${model.name}, but got ${got || "none"}.`,
  )
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
