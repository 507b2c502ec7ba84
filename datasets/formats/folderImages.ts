import { eachOf } from "./eachOf.ts"
import { imageEndings } from "./imageFiles.ts"
import { imagesUnder } from "./imagesUnder.ts"
import { lookAtImages } from "./lookedImages.ts"
import { readImage, refusal, transparent } from "./readImage.ts"

/** Images of one size as RGB bytes, `[images, height, width, 3]`. */
export interface ImageBatch {
  readonly values: Uint8Array
  readonly shape: readonly [number, number, number, number]
  readonly range: "0..255"
}

/**
 * The images in a folder and its sub-folders, in the order of their paths, as batches of equal size and at most `most` images; grey ones
 * get three equal channels, EXIF turns are applied. Nothing is resized.
 *
 * @throws before the first image one sentence when there is no such folder or no image in it, and one for each image that cannot be read
 *   or is transparent
 */
export async function* folderImages(folder: string, most = 32): AsyncGenerator<ImageBatch> {
  const paths = await imagesOf(folder)
  const mistakes = await imageMistakes(paths)
  if (mistakes.length > 0) throw new Error(mistakes.join("\n"))
  yield* imageBatches(paths, most)
}

/**
 * Paths of the images in a folder and its sub-folders.
 * @throws one sentence when there is no such folder, or no image in it
 */
export async function imagesOf(folder: string): Promise<readonly string[]> {
  const images = (await imagesUnder(folder))?.images
  if (images !== undefined && images.length > 0) return images
  throw new Error(
    `Expected a folder of images (${imageEndings.join(", ")}), but ${folder} ${images === undefined ? "is none" : "holds none"}; check the path.`,
  )
}

/** A sentence for each image that cannot be decoded whole, or that is transparent. */
export async function imageMistakes(paths: readonly string[]): Promise<readonly string[]> {
  const looks = await lookAtImages(paths)
  return looks.flatMap(({ mistake, transparent: seesThrough }, at) => {
    const why = mistake ?? (seesThrough ? transparent : undefined)
    return why === undefined ? [] : [refusal(paths[at]!, why)]
  })
}

/** Decodes images in the order of their paths; see `folderImages`. */
export async function* imageBatches(paths: readonly string[], most = 32): AsyncGenerator<ImageBatch> {
  let waiting: Decoded[] = []
  for (let start = 0; start < paths.length; start += most) {
    for (const image of await eachOf(paths.slice(start, start + most), decode)) {
      const [first] = waiting
      const alike = first === undefined || (first.height === image.height && first.width === image.width)
      if (!alike || waiting.length === most) {
        yield batchOf(waiting)
        waiting = []
      }
      waiting.push(image)
    }
  }
  if (waiting.length > 0) yield batchOf(waiting)
}

interface Decoded {
  readonly values: Uint8Array
  readonly height: number
  readonly width: number
}

async function decode(path: string): Promise<Decoded> {
  const { pixels, height, width, channels } = await readImage(path)
  const values = new Uint8Array(height * width * 3)
  for (let i = 0; i < values.length; i++) {
    values[i] = pixels[channels === 1 ? Math.floor(i / 3) : i]!
  }
  return { values, height, width }
}

function batchOf(images: readonly Decoded[]): ImageBatch {
  const { height, width } = images[0]!
  const values = new Uint8Array(images.length * height * width * 3)
  images.forEach((image, at) => {
    values.set(image.values, at * height * width * 3)
  })
  return { values, shape: [images.length, height, width, 3], range: "0..255" }
}
