import type { Field } from "../../contracts/field.ts"

/** A field of images. */
export function images(height: number, width: number, channels: number): Field {
  return { shape: [height, width, channels], dtype: "float32" }
}
