import { valueOfByte } from "./byteValues.ts"
import { withChannels } from "./channels.ts"
import type { ImageForm } from "./fitImage.ts"
import { readImage } from "./readImage.ts"

/**
 * Decodes an image, turned upright as its EXIF orientation says, and makes it square with the bicubic filter (Catmull and
 * Rom), widened when shrinking so that nothing aliases.
 *
 * @returns float32 `[size, size, channels]` in [-1, 1]
 * @throws one sentence for what is no readable RGB or grey image
 */
export async function decodeSquare(path: string, { size, channels }: ImageForm): Promise<Float32Array> {
  const image = await readImage(path, (whole) => whole.resize(size, size, { kernel: "cubic", fit: "fill" }))
  const values = Float32Array.from(image.pixels, (byte) => valueOfByte[byte]!)
  return withChannels(values, image.channels === 1 ? 1 : 3, channels)
}
