import { eachOf } from "./eachOf.ts"
import { imageEndings, imagesIn } from "./imageFiles.ts"
import { readImage } from "./readImage.ts"

/** Images of one size as RGB bytes, `[images, height, width, 3]`. */
export interface ImageBatch {
  readonly values: Uint8Array
  readonly shape: readonly [number, number, number, number]
  readonly range: "0..255"
}

/**
 * The images directly in a folder, by name, as batches of equal size and at most `most` images; grey ones get three equal
 * channels, EXIF turns are applied. Nothing is resized.
 *
 * @throws one sentence when there is no such folder, no image in it, or one that cannot be read or is transparent
 */
export async function* folderImages(folder: string, most = 32): AsyncGenerator<ImageBatch> {
  const paths = await imagesIn(folder)
  if (paths === undefined || paths.length === 0) {
    throw new Error(
      `Expected a folder of images (${imageEndings.join(", ")}), but ${folder} ${paths === undefined ? "is none" : "holds none"}; check the path.`,
    )
  }
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
  yield batchOf(waiting)
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
