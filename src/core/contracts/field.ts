/** One field of an example, or of what a network takes or gives. */
export interface Field {
  /** Shape of one example, without the batch axis; images are `[height, width, channels]`, a class is `[]`. */
  readonly shape: readonly number[]
  readonly dtype: "float32" | "int32"
  /** Number of classes, where its values are classes: int32 in [0, classes). */
  readonly classes?: number
}

export type Fields = Readonly<Record<string, Field>>

/**
 * What the values of a field mean: `image`, float32 in [-1, 1]; `class`, int32, one per example; `labelMap`, int32, one class per
 * pixel; `point`, float32 of any length; `text`, float32, an embedding of a caption.
 */
export type FieldKind = "image" | "class" | "labelMap" | "point" | "text"

/**
 * The fields that a dataset gives, or a method requires, by name. Where splits are read side by side the name of a field begins
 * with that of its stream: `source.image`.
 */
export type FieldKinds = Readonly<Record<string, FieldKind>>

/** The fields that are required and not given, or given as something else, each as `image (image)`. */
export function missingFields(required: FieldKinds, given: FieldKinds): readonly string[] {
  return Object.entries(required)
    .filter(([name, kind]) => given[name] !== kind)
    .map(([name, kind]) => (name === kind ? name : `${name} (${kind})`))
}
