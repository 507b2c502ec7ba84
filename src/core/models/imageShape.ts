import type { Field } from "../contracts/field.ts"

/** Height, width and channels of a field of images, or undefined where it is none. */
export function imageShape(field: Field | undefined): readonly [number, number, number] | undefined {
  const isImage = field?.shape.length === 3 && field.dtype === "float32"
  return isImage ? (field.shape as [number, number, number]) : undefined
}

/** A field in a sentence: its shape, its dtype where that is not float32. */
export function fieldText(field: Field | undefined): string {
  if (field === undefined) return "none"
  const shape = `[${field.shape.join(", ")}]`
  return field.dtype === "float32" ? shape : `${field.dtype} ${shape}`
}
