import { type Fitting, fittedBytes } from "../formats/fitted.ts"
import type { ImageOptions } from "../formats/imageOptions.ts"
import type { ImageSize } from "../formats/imageSize.ts"
import type { ImageLook } from "../formats/lookedImages.ts"
import type { PairBytes } from "../formats/pairBytes.ts"
import { type Reading, readImage, transparent } from "../formats/readImage.ts"
import { readHalves, sideBySideMistake } from "../formats/sideBySide.ts"
import type { PairPlace } from "./pairFolders.ts"

/** How a pair is read. */
export interface PairReading extends Fitting, Reading {
  readonly channels: 1 | 3
  readonly direction: "leftToRight" | "rightToLeft"
}

/** Sentences about what of a pair cannot be used. */
export function pairMistakes(
  place: PairPlace,
  looks: ReadonlyMap<string, ImageLook>,
  { background, fit, size }: Pick<ImageOptions, "background" | "fit"> & { readonly size: ImageSize },
): readonly string[] {
  const unreadable = place.flatMap((path) => {
    const { mistake, transparent: clear } = looks.get(path)!
    if (mistake !== undefined) {
      return [
        `${path}: expected a readable image, but decoding fails (${mistake}); replace the file or take it out of the folder.`,
      ]
    }
    return clear && background === undefined
      ? [`${path}: expected an RGB or grey image, but ${transparent}.`]
      : []
  })
  if (unreadable.length > 0) return unreadable
  const [first, second] = place
  const one = looks.get(first)!
  if (second === undefined) {
    const why = sideBySideMistake(one, fit === undefined && typeof size === "number")
    return why === undefined ? [] : [`${first}: ${why}.`]
  }
  const other = looks.get(second)!
  // Up to a pixel, as halves and quarters of odd sides are.
  const drift = Math.abs(one.width * other.height - other.width * one.height)
  if (drift <= Math.max(one.width, one.height, other.width, other.height)) return []
  return [
    `${second}: expected the proportions of its partner ${first} (${one.width} x ${one.height} pixels), but it is ${other.width} x ${other.height}; cut one of them.`,
  ]
}

/** Decodes a pair in the direction that was asked for. */
export async function decodePair([first, second]: PairPlace, reading: PairReading): Promise<PairBytes> {
  const { left, right } =
    second === undefined
      ? await readHalves(first, reading)
      : { left: await readImage(first, reading), right: await readImage(second, reading) }
  const [input, target] = reading.direction === "leftToRight" ? [left, right] : [right, left]
  const { channels } = reading
  return {
    input: await fittedBytes(input, reading, channels),
    target: await fittedBytes(target, reading, channels),
  }
}
