import * as tf from "@saddlepoint/engine/tf"

/** Where new pixels come from: the nearest old one, or the nearest four, whose centres the new ones lie between. */
export const upsamplings = ["nearest", "bilinear"] as const
export type UpsamplingMethod = (typeof upsamplings)[number]

interface UpsamplingConfig {
  readonly name: string
  readonly method: UpsamplingMethod
}

/**
 * Images of twice the sides: from `[batch, h, w, c]` to `[batch, 2h, 2w, c]`, float32. `nearest` repeats each pixel; `bilinear` takes 3/4 of the
 * nearest row or column and 1/4 of the next one, borders repeated (PyTorch's `align_corners = false`). Made of slices and
 * sums, which can be differentiated any number of times.
 */
export class Upsampling extends tf.layers.Layer {
  static readonly className = "SaddlepointUpsampling"
  private readonly config: UpsamplingConfig

  constructor(config: UpsamplingConfig) {
    super({ name: config.name })
    this.config = config
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, height, width, channels] = inputShape as tf.Shape
    const side = (length: number | null | undefined) => (typeof length === "number" ? 2 * length : null)
    return [batch ?? null, side(height), side(width), channels ?? null]
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor4D
    const { method } = this.config
    return tf.tidy(() => doubled(doubled(x, 1, method), 2, method))
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.config } as unknown as tf.serialization.ConfigDict
  }
}

tf.serialization.registerClass(Upsampling)

/** Twice as many rows (axis 1) or columns (axis 2). */
function doubled(x: tf.Tensor4D, axis: 1 | 2, method: UpsamplingMethod): tf.Tensor4D {
  const shape = x.shape.map((side, at) => (at === axis ? 2 * side : side)) as [number, number, number, number]
  const pair = method === "nearest" ? [x, x] : between(x, axis)
  return tf.reshape(tf.stack(pair, axis + 1), shape)
}

/** What comes out before and after the centre of each row or column. */
function between(x: tf.Tensor4D, axis: 1 | 2): [tf.Tensor4D, tf.Tensor4D] {
  const side = x.shape[axis]
  const part = (from: number, count: number) => {
    const [begin, size] = [[0, 0, 0, 0] as [number, number, number, number], [...x.shape] as typeof x.shape]
    begin[axis] = from
    size[axis] = count
    return tf.slice4d(x, begin, size)
  }
  const before = side === 1 ? x : tf.concat([part(0, 1), part(0, side - 1)], axis)
  const after = side === 1 ? x : tf.concat([part(1, side - 1), part(side - 1, 1)], axis)
  const near = tf.mul(x, 0.75)
  return [tf.add(tf.mul(before, 0.25), near), tf.add(near, tf.mul(after, 0.25))]
}
