import * as tf from "@saddlepoint/engine/tf"
import type { ClassifierModel } from "../contracts/classifier.ts"
import type { Field, Fields } from "../contracts/field.ts"
import { messageOf } from "../contracts/messageOf.ts"
import type { GivenShapes } from "../contracts/part.ts"
import type { Player, PlayerFields, Rehearse, Values } from "../contracts/player.ts"

/** Two examples, so that a player that loses the batch shows. */
const examples = 2
const name = "rehearsal"

/** Makes a player of a model, applies it once to zeros on the open engine, and lets it go: no trial's numbers rest on it. */
export const rehearse: Rehearse = (model, fields) => {
  try {
    const given = appliedOnce(() => model.player(name, fields, 0), fields.inputs)
    return model.part === "classifier" ? withHead(model as ClassifierModel, fields, given) : given
  } catch (error) {
    const taken = Object.entries(fields.inputs).map(([input, { shape }]) => `${input} [${shape.join(", ")}]`)
    const why = messageOf(error)
    return `Expected a ${model.part} that plays with ${taken.join(" and ")}, but got one that fails when it is tried: ${why.replace(/\.$/, "")}; correct the model, or let it refuse such fields.`
  }
}

/** A classifier's head must take as many features as it has. */
function withHead(model: ClassifierModel, { inputs }: PlayerFields, given: GivenShapes): GivenShapes {
  const image = inputs.image!
  const features: Field = { shape: given.features ?? [], dtype: "float32" }
  const size = model.size(image)
  if (features.shape.join() !== String(size)) {
    throw new Error(`it says that it has ${size} features, and gives [${features.shape.join(", ")}]`)
  }
  const classes = 3
  const { classLogits } = appliedOnce(() => model.head(name, image, classes, 0), { features })
  if (classLogits?.join() === String(classes)) return given
  throw new Error(
    `its head gives ${classLogits === undefined ? "no" : `[${classLogits.join(", ")}] as`} classLogits for ${classes} classes`,
  )
}

function appliedOnce(make: () => Player, inputs: Fields): GivenShapes {
  const player = make()
  try {
    let given: GivenShapes = {}
    tf.tidy(() => {
      given = shapesOf(player.apply(zeros(inputs), "evaluate"))
    })
    return given
  } finally {
    player.dispose()
  }
}

const zeros = (fields: Fields): Values =>
  Object.fromEntries(
    Object.entries(fields).map(([input, { shape, dtype }]) => [input, tf.zeros([examples, ...shape], dtype)]),
  )

function shapesOf(values: Values): GivenShapes {
  const shapes = Object.entries(values).map(([output, { shape }]) => {
    if (shape[0] === examples) return [output, shape.slice(1)] as const
    throw new Error(`it gives ${output} [${shape.join(", ")}] for a batch of ${examples}`)
  })
  return Object.fromEntries(shapes)
}
