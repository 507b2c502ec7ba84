import sharp from "sharp"

/** Writes an image of one colour, of 1 (grey), 3 (RGB) or 4 (RGB and opacity) bytes. */
export async function writeFlatImage(
  path: string,
  colour: readonly number[],
  height: number,
  width: number,
): Promise<void> {
  const pixels = Buffer.from(Array.from({ length: height * width }, () => colour).flat())
  const raw = { height, width, channels: colour.length as 1 | 3 | 4 }
  const image = sharp(pixels, { raw })
  await (colour.length === 1 ? image.toColourspace("b-w") : image).png().toFile(path)
}
