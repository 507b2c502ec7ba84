import type { Sharp } from "sharp"
import { type DecodedImage, decodeUpright, firstLine } from "./decodeUpright.ts"
import { imageHeader } from "./imageHeader.ts"

/** One sentence about an image whose header shows that it cannot be used; pixels are not decoded. */
export async function imageMistake(path: string): Promise<string | undefined> {
  try {
    const { hasAlpha } = await imageHeader(path)
    return hasAlpha ? refusal(path, "it has transparency, which has no colour of its own") : undefined
  } catch (cause) {
    return refusal(path, firstLine(cause))
  }
}

/**
 * Decodes an RGB or grey image; see `decodeUpright`.
 * @throws one sentence for what is no such image, or has transparency
 */
export async function readImage(path: string, change?: (image: Sharp) => Sharp): Promise<DecodedImage> {
  const mistake = await imageMistake(path)
  if (mistake !== undefined) throw new Error(mistake)
  return decodeUpright(path, change).catch((cause: Error) => {
    throw new Error(refusal(path, cause.message))
  })
}

function refusal(path: string, why: string): string {
  return `Expected a readable RGB or grey image, but ${path} is none (${why}); replace it or take it out.`
}
