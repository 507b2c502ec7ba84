import type { FailOn } from "./decodeUpright.ts"
import { mendedJpeg } from "./mendedJpeg.ts"

/** What a decoder made of a file, and what it overlooked. */
export interface Mended<Made> {
  readonly made: Made
  /** In a few words; absent where the file is whole. */
  readonly warning?: string
}

/**
 * Decodes a file, also one that browsers and Python read although it is not as it should be: stray bytes between the parts of a JPEG, a
 * JPEG or PNG without its end marker. What else is wrong with it, pixels that are not there above all, stays an error.
 */
export async function mendedImage<Made>(
  bytes: Uint8Array,
  decode: (bytes: Uint8Array, failOn: FailOn) => Promise<Made>,
): Promise<Mended<Made>> {
  try {
    const made = await decode(bytes, "warning")
    return isPng(bytes) && !endsAsPng(bytes) ? { made, warning: "its end marker is missing" } : { made }
  } catch (cause) {
    // With its marker put back, a file that lacks more than that is still found out: its last rows are missing.
    const mended = mendedJpeg(bytes)
    if (mended === undefined) throw cause
    const made = await decode(mended.bytes, "warning").catch(() => {
      throw cause
    })
    return { made, warning: mended.warning }
  }
}

/** Whether a file begins as a PNG does. */
export function isPng(bytes: Uint8Array): boolean {
  return bytes[0] === 0x89 && bytes[1] === 0x50 && bytes[2] === 0x4e && bytes[3] === 0x47
}

/** Whether a PNG has its last chunk, whatever follows. */
function endsAsPng(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).lastIndexOf("IEND") > 0
}
