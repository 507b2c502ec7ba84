import * as tf from "@saddlepoint/engine/tf"
import type { Trajectory } from "../format/trajectory.ts"
import { alike, fromTorch, type Layout, toTorch } from "./layout.ts"

/** A value and its gradients at a point; gradients and other tensors in PyTorch's order, by the ends of their recorded names. */
export interface Point {
  readonly value?: number
  readonly tensors: Readonly<Record<string, Float32Array>>
}

/** Points as a case records them: `losses/<name>`, and `expect.<name>.<tensor>`. */
export function pointsPlayed(points: Readonly<Record<string, Point>>) {
  return {
    losses: Object.fromEntries(
      Object.entries(points).flatMap(([name, { value }]) =>
        value === undefined ? [] : [[name, [value]] as const],
      ),
    ),
    expect: Object.fromEntries(
      Object.entries(points).flatMap(([name, { tensors }]) =>
        Object.entries(tensors).map(([tensor, values]) => [`expect.${name}.${tensor}`, values] as const),
      ),
    ),
  }
}

/** A variable in which a gradient is taken, and where it lies in PyTorch's. */
export interface Differentiated {
  readonly variable: tf.Variable
  readonly layout: Layout
}

/** A tensor of ours with the values of a recorded one; float32 where they are. */
export function tensorOf(values: Float32Array | Int32Array, layout: Layout): tf.Tensor {
  return tf.tensor(
    fromTorch(values, layout),
    [...layout.shape],
    values instanceof Int32Array ? "int32" : "float32",
  )
}

/** `tf.tidy` around what gives no tensors. */
export function tidied<T>(make: () => T): T {
  return tf.tidy(make as () => tf.TensorContainer) as T
}

/**
 * Lends recorded inputs `in.<name>` as variables, in whose values gradients can be taken.
 * @param layoutOf where they lie in PyTorch's order, from their recorded shape; in the same where left out
 */
export function withInputs<T>(
  recorded: Pick<Trajectory, "tensor">,
  names: readonly string[],
  use: (inputs: Readonly<Record<string, Differentiated>>) => T,
  layoutOf: (shape: readonly number[]) => Layout = alike,
): T {
  const inputs = names.map((name) => {
    const { shape, values } = recorded.tensor(`in.${name}`)
    const layout = layoutOf(shape)
    return [name, { variable: tf.tidy(() => tf.variable(tensorOf(values, layout))), layout }] as const
  })
  try {
    return tidied(() => use(Object.fromEntries(inputs)))
  } finally {
    tf.dispose(inputs.map(([, { variable }]) => variable))
  }
}

/**
 * The value of a scalar function and its gradients.
 * @param by gradients' names
 */
export function pointAt(
  value: () => tf.Tensor,
  by: Readonly<Record<string, Differentiated>>,
): Point & { readonly value: number } {
  return tidied(() => {
    const found = tf.variableGrads(
      () => value() as tf.Scalar,
      Object.values(by).map(({ variable }) => variable),
    )
    const tensors = Object.entries(by).map(([name, { variable, layout }]) => {
      const gradient = found.grads[variable.name]
      const none = () => new Float32Array(variable.size)
      return [
        name,
        gradient === undefined || gradient === null ? none() : toTorch(gradient.dataSync(), layout),
      ] as const
    })
    return { value: found.value.dataSync()[0]!, tensors: Object.fromEntries(tensors) }
  })
}
