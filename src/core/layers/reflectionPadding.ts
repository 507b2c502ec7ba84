import * as tf from "@saddlepoint/engine/tf"

interface ReflectionPaddingConfig {
  readonly name: string
  /** Pixels added on each of the four sides; less than the sides of the image. */
  readonly padding: number
}

/**
 * Borders that mirror the image without repeating its edge (`ReflectionPad2d` in PyTorch): from `[batch, h, w, c]` to
 * `[batch, h + 2 padding, w + 2 padding, c]`, float32. Row -1 is row 1, row -2 is row 2.
 */
export class ReflectionPadding extends tf.layers.Layer {
  static readonly className = "SaddlepointReflectionPadding"
  private readonly config: ReflectionPaddingConfig

  constructor(config: ReflectionPaddingConfig) {
    super({ name: config.name })
    this.config = config
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, height, width, channels] = inputShape as tf.Shape
    const side = (length: number | null | undefined) =>
      typeof length === "number" ? length + 2 * this.config.padding : null
    return [batch ?? null, side(height), side(width), channels ?? null]
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor4D
    const { padding } = this.config
    const border: [number, number] = [padding, padding]
    return tf.mirrorPad(x, [[0, 0], border, border, [0, 0]], "reflect")
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.config } as unknown as tf.serialization.ConfigDict
  }
}

tf.serialization.registerClass(ReflectionPadding)
