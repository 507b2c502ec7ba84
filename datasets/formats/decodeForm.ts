import { valueOfByte } from "./byteValues.ts"
import { withChannels } from "./channels.ts"
import { type Fitting, fitting } from "./fitted.ts"
import { type Reading, readImage } from "./readImage.ts"

/**
 * Decodes an image, turned upright as its EXIF orientation says, and gives it a size and channels; see `readImage` and `fitting`.
 *
 * @returns float32 `[height, width, channels]` in [-1, 1]
 * @throws one sentence for what is no readable RGB or grey image
 */
export async function decodeForm(
  path: string,
  form: Fitting & Reading & { readonly channels: 1 | 3 },
): Promise<Float32Array> {
  const image = await readImage(path, form, fitting(form))
  const values = Float32Array.from(image.pixels, (byte) => valueOfByte[byte]!)
  return withChannels(values, image.channels === 1 ? 1 : 3, form.channels)
}
