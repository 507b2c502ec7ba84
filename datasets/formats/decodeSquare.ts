import sharp, { type OutputInfo } from "sharp"
import { withChannels } from "./channels.ts"
import type { ImageForm } from "./fitImage.ts"

/** One sentence about an image whose header shows that it cannot be used; pixels are not decoded. */
export async function imageMistake(path: string): Promise<string | undefined> {
  try {
    const { hasAlpha } = await sharp(path).metadata()
    return hasAlpha ? refusal(path, "it has transparency, which has no colour of its own") : undefined
  } catch (cause) {
    return refusal(path, firstLine(cause))
  }
}

/**
 * Decodes an image, turned upright as its EXIF orientation says, and makes it square with the bicubic filter (Catmull and
 * Rom), widened when shrinking so that nothing aliases.
 *
 * @returns float32 `[size, size, channels]` in [-1, 1]
 * @throws one sentence for what is no readable RGB or grey image
 */
export async function decodeSquare(path: string, { size, channels }: ImageForm): Promise<Float32Array> {
  const mistake = await imageMistake(path)
  if (mistake !== undefined) throw new Error(mistake)
  let decoded: { data: Buffer; info: OutputInfo }
  try {
    decoded = await sharp(path, { failOn: "warning" })
      .autoOrient()
      .resize(size, size, { kernel: "cubic", fit: "fill" })
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true })
  } catch (cause) {
    throw new Error(refusal(path, firstLine(cause)))
  }
  const values = Float32Array.from(decoded.data, (byte) => byte / 127.5 - 1)
  return withChannels(values, decoded.info.channels === 1 ? 1 : 3, channels)
}

function refusal(path: string, why: string): string {
  return `Expected a readable RGB or grey image, but ${path} is none (${why}); replace it or take it out.`
}

function firstLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split("\n")[0]!.trim()
}
