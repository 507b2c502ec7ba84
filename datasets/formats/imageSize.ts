import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { wholeNumber } from "./options.ts"

/** The size of images in pixels: the side of square ones, or `[height, width]`. */
export type ImageSize = number | readonly [height: number, width: number]

/** Height and width. */
export function sidesOf(size: ImageSize): readonly [height: number, width: number] {
  return typeof size === "number" ? [size, size] : size
}

/** Number of pixels. */
export function areaOf(size: ImageSize): number {
  const [height, width] = sidesOf(size)
  return height * width
}

/** An option that is a side or `[height, width]`, each in a closed range; `otherwise` where left out. */
export function sizeOption(minimum: number, maximum: number, otherwise: number) {
  const side = wholeNumber(minimum, maximum)
  return Schema.Union([side, Schema.Tuple([side, side])]).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(otherwise)),
  )
}
