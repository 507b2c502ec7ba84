import * as tf from "@saddlepoint/engine/tf"
import type { Trajectory } from "../format/trajectory.ts"
import type { Places } from "./layerTable.ts"
import { fromTorch } from "./layout.ts"

/** What a variable without a record does nothing with, by the end of its name. */
const neutral: Readonly<Record<string, number>> = {
  bias: 0,
  beta: 0,
  gamma: 1,
  movingMean: 0,
  movingVariance: 1,
}

/**
 * Sets variables to their recorded starting values, and those without a record to values that do nothing (a bias of 0).
 * @throws Error when a shape does not fit, or when a variable without a record cannot do nothing
 */
export function startFrom(
  recorded: Pick<Trajectory, "tensor" | "name">,
  variables: Readonly<Record<string, tf.Variable>>,
  places: Places,
): void {
  for (const [name, variable] of Object.entries(variables)) {
    const values = startingValues(recorded, name, variable, places)
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape, "float32")))
  }
  const strange = Object.keys(places).find((name) => variables[name] === undefined)
  if (strange !== undefined) {
    throw new Error(`Expected a variable ${strange} for the case ${recorded.name}, but the network has none.`)
  }
}

function startingValues(
  recorded: Pick<Trajectory, "tensor" | "name">,
  name: string,
  variable: tf.Variable,
  places: Places,
): Float32Array {
  const place = places[name]
  if (place === undefined) {
    const fill = neutral[name.slice(name.lastIndexOf("/") + 1)]
    if (fill !== undefined) return new Float32Array(variable.size).fill(fill)
    throw new Error(`Expected a recorded tensor for ${name} in the case ${recorded.name}, but there is none.`)
  }
  if (place.layout.shape.join() !== variable.shape.join()) {
    throw new Error(
      `Expected ${place.tensor} of the case ${recorded.name} as ${name} of shape [${variable.shape}], but it is [${place.layout.shape}].`,
    )
  }
  return fromTorch(Float32Array.from(recorded.tensor(place.tensor).values), place.layout)
}
