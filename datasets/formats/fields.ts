import type { DataField } from "@saddlepoint/core/contracts/dataset"
import type { FieldKinds } from "@saddlepoint/core/contracts/field"
import type { Use } from "@saddlepoint/core/contracts/plugin"
import type { ImageForm } from "./fitImage.ts"
import { type ImageSize, sidesOf } from "./imageSize.ts"

/** The fields of images without classes. */
export const unlabelledImages = { image: "image" } as const
/** The fields of images with a class each. */
export const labelledImages = { ...unlabelledImages, label: "class" } as const
/** The fields of points with a class each. */
export const labelledPoints = { point: "point", label: "class" } as const
/** The fields of images and what they are to become. */
export const imagePairs = { input: "image", target: "image" } as const
/** The fields of pairs of which every pixel has a class. */
export const labelledPairs = { ...imagePairs, labels: "labelMap" } as const

/** What the constructor of a dataset gives: the compiler knows its fields, and whether judging has labels. */
export type DatasetUse<Kinds extends FieldKinds, Labels extends boolean> = Use<
  "dataset",
  { readonly fields: Kinds; readonly labels: Labels }
>

/** An image, float32 `[height, width, channels]` in [-1, 1]. */
export function imageField({ size, channels }: ImageForm): DataField {
  return { shape: [...sidesOf(size), channels], dtype: "float32", range: [-1, 1] }
}

/** A class, int32 `[]` in [0, classes). */
export function classField(classes: number): DataField {
  return { shape: [], dtype: "int32", range: [0, classes - 1], classes }
}

/** A class for each pixel of an image, int32 `[height, width]` in [0, classes). */
export function labelMapField(size: ImageSize, classes: number): DataField {
  return { shape: [...sidesOf(size)], dtype: "int32", range: [0, classes - 1], classes }
}

/** A point of the plane, float32 `[2]`, no further than `reach` from the origin. */
export function pointField(reach: number): DataField {
  return { shape: [2], dtype: "float32", range: [-reach, reach] }
}
