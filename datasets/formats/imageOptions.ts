import type { Mistake } from "@saddlepoint/core/contracts/mistake"
import * as Schema from "effect/Schema"
import type { Fit } from "./fitted.ts"
import type { ValueRange } from "./imageSource.ts"
import { measuredRange } from "./measuredRange.ts"
import { wholeNumber } from "./options.ts"
import type { Colour, Reading } from "./readImage.ts"

/** How anybody's images are read; what is left out is no part of any identity. */
export interface ImageOptions {
  /** How an image of other proportions gets its size: `squash` where left out, or `crop` or `pad`, evenly at two sides. */
  readonly fit?: Fit
  /** What shows through transparent pixels and what pads, `black`, `white` or bytes of RGB. Without it transparent pixels are refused, and padding is black. */
  readonly background?: "black" | "white" | Colour
  /** Of images of 16 bits: the values that become the darkest and the lightest; measured where left out, see `measuredRange`. */
  readonly range?: ValueRange
}

const byte = wholeNumber(0, 255)
const value = wholeNumber(0, 65535)

/** The options of `ImageOptions`. */
export const imageOptions = {
  fit: Schema.optionalKey(Schema.Literals(["squash", "crop", "pad"])),
  background: Schema.optionalKey(
    Schema.Union([Schema.Literals(["black", "white"]), Schema.Tuple([byte, byte, byte])]),
  ),
  range: Schema.optionalKey(Schema.Tuple([value, value])),
}

/** Refuses a range that is none. */
export function checkImages({ range }: ImageOptions): readonly Mistake[] {
  if (range === undefined || range[0] < range[1]) return []
  return [
    {
      path: ["range"],
      message: `expected a range from a smaller value to a larger one, but got [${range.join(", ")}]; exchange or correct them.`,
    },
  ]
}

/** What the options say, with the range that images of 16 bits have where none is declared. */
export async function readingOf(
  { fit, background, range }: ImageOptions,
  paths: readonly string[],
  cache?: string,
): Promise<Reading & { readonly fit?: Fit }> {
  const colour = background === undefined ? undefined : colourOf(background)
  const values = range ?? (await measuredRange(paths, cache))
  return { ...(fit && { fit }), ...(colour && { background: colour }), ...(values && { range: values }) }
}

function colourOf(background: "black" | "white" | Colour): Colour {
  if (background === "black") return [0, 0, 0]
  return background === "white" ? [255, 255, 255] : background
}

/** What all this adds to a dataset's identity: nothing where nothing is chosen or measured. */
export async function imageIdentity(
  options: ImageOptions,
  paths: readonly string[],
): Promise<readonly unknown[]> {
  const reading = await readingOf(options, paths)
  return Object.keys(reading).length === 0 ? [] : [reading]
}
