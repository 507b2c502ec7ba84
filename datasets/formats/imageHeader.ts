import sharp, { type Metadata } from "sharp"

/** Most pixels of an image, 8192 x 8192, which take 200 MB as RGB bytes; a header of a few bytes may say any number. */
export const mostPixels = 2 ** 26

/**
 * What the header of an image file says by its bytes; pixels are not decoded.
 * @throws an error whose message says in a few words why it is none that can be decoded
 */
export async function imageHeader(
  bytes: Uint8Array,
  failOn: "warning" | "error" = "warning",
): Promise<Metadata> {
  const about = await sharp(bytes, { failOn, limitInputPixels: false }).metadata()
  const { width, height } = about
  if (width * height > mostPixels)
    throw new Error(`it has ${width} x ${height} pixels, more than ${mostPixels} in all`)
  return about
}
