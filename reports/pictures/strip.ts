import sharp, { type Sharp } from "sharp"

/** An image as a data URI, with its size in pixels. */
export interface Strip {
  readonly uri: string
  readonly width: number
  readonly height: number
}

/** A width in pixels, and a quality of WebP. */
export interface Encoding {
  readonly width: number
  readonly quality: number
}

/** Pixels in row-major order, as they are encoded. */
export interface Pixels {
  readonly data: Buffer
  readonly width: number
  readonly height: number
  readonly channels: 3 | 4
}

/** Encodes pixels as WebP, never enlarged. */
export async function encoded(
  { data, width, height, channels }: Pixels,
  { width: most, quality }: Encoding,
): Promise<Strip> {
  const { data: webp, info } = await sharp(data, { raw: { width, height, channels } })
    .resize({ width: most, withoutEnlargement: true })
    .webp({ quality, effort: 4, smartSubsample: true })
    .toBuffer({ resolveWithObject: true })
  return { uri: `data:image/webp;base64,${webp.toString("base64")}`, width: info.width, height: info.height }
}

/**
 * Encodes images by the first encoding whose sum of bytes is within a budget, else by the last.
 * @param encodings from best to smallest, at least one
 */
export async function withinBudget(
  images: readonly Pixels[],
  encodings: readonly Encoding[],
  budget: number,
): Promise<Strip[]> {
  let strips: Strip[] = []
  for (const encoding of encodings) {
    strips = await Promise.all(images.map((image) => encoded(image, encoding)))
    // Four characters of base64 hold three bytes.
    if (strips.reduce((sum, { uri }) => sum + uri.length * 0.75, 0) <= budget) break
  }
  return strips
}

/** The pixels of a file as RGB on white. */
export async function rgbOf(file: Buffer): Promise<Pixels> {
  const opened: Sharp = sharp(file).flatten({ background: "#ffffff" }).toColourspace("srgb").removeAlpha()
  const { data, info } = await opened.raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height, channels: 3 }
}
