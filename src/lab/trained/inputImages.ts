import { isObject, type JsonObject } from "@saddlepoint/core/contracts/json"
import { valueOfByte } from "@saddlepoint/datasets/formats/byteValues"
import { type Fit, fittedBytes } from "@saddlepoint/datasets/formats/fitted"
import { type ImageOptions, readingOf } from "@saddlepoint/datasets/formats/imageOptions"
import { imagesUnder } from "@saddlepoint/datasets/formats/imagesUnder"
import { type Reading, readImage } from "@saddlepoint/datasets/formats/readImage"

/** Images of a folder, read as those that a trial learnt from. */
export interface InputImages {
  /** Paths, in order. */
  readonly paths: readonly string[]
  /** `[height, width, channels]`, to which they are brought. */
  readonly shape: readonly [height: number, width: number, channels: 1 | 3]
  readonly fit: Fit
  /** Paths of files that are no images by their names, or hidden. */
  readonly leftOut: readonly string[]
  /**
   * One of them.
   * @returns float32 `shape` in [-1, 1], and whether it had another size before
   * @throws Error in one sentence where it cannot be read
   */
  read(path: string): Promise<{ readonly values: Float32Array; readonly resized: boolean }>
}

/**
 * Finds the images of a folder and its sub-folders, to be read with the options `fit`, `background` and `range` of a dataset.
 * @param data its spec
 * @param takes the shape that is wanted
 * @throws RangeError in one sentence where there is no folder, or no image in it
 */
export async function inputImages(
  folder: string,
  data: JsonObject,
  takes: readonly number[],
): Promise<InputImages> {
  const found = await imagesUnder(folder)
  if (found === undefined || found.images.length === 0) {
    const what = found === undefined ? "there is no such folder" : "it holds none"
    throw new RangeError(`Expected a folder of images at ${folder}, but ${what}; give one.`)
  }
  const [height, width, channels] = takes
  if (height === undefined || width === undefined || (channels !== 1 && channels !== 3)) {
    throw new RangeError(
      `Expected a trial that translates grey or RGB images, but its inputs have the shape [${takes}]; call openTrained(store, trial).translate with your own.`,
    )
  }
  const { fit = "squash", ...reading }: Reading & { readonly fit?: Fit } = await readingOf(
    readingOptions(data),
    found.images,
  )
  const form = { size: [height, width] as const, fit, ...reading }
  return {
    paths: found.images,
    shape: [height, width, channels],
    fit,
    leftOut: found.leftOut.map(({ path }) => path),
    async read(path) {
      const image = await readImage(path, reading)
      const bytes = await fittedBytes(image, form, channels)
      const values = Float32Array.from(bytes, (byte) => valueOfByte[byte]!)
      return { values, resized: image.height !== height || image.width !== width }
    },
  }
}

/** How a dataset reads images: its own options, else those of the dataset in it, of two domains the first. */
function readingOptions(data: JsonObject): ImageOptions {
  const { fit, background, range } = data
  const own = Object.entries({ fit, background, range }).filter(([, value]) => value !== undefined)
  if (own.length > 0) return Object.fromEntries(own)
  const inner = Object.values(data).find(isObject)
  return inner === undefined ? {} : readingOptions(inner)
}
