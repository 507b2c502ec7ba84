/** Second bytes of markers (ITU-T T.81, table B.1). */
const [startOfImage, endOfImage, startOfScan] = [0xd8, 0xd9, 0xda]

/** Frames whose pixels are coded in one scan of all coefficients: baseline and extended sequential. */
const sequential = [0xc0, 0xc1]

const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7

/**
 * A JPEG as decoders read it where they are lenient: without stray bytes between its parts, with the only scan parameters that a sequential
 * one can have (cameras write others), and with its end marker. Undefined where a file is no JPEG, or nothing of this is wrong with it.
 * Within the coded pixels nothing is mended.
 */
export function mendedJpeg(
  bytes: Uint8Array,
): { readonly bytes: Uint8Array; readonly warning: string } | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== startOfImage) return undefined
  const kept: Uint8Array[] = [bytes.subarray(0, 2)]
  const wrong = new Set<string>()
  let at = 2
  let whole = false
  let inSequence = false
  for (let marker = nextMarker(bytes, at); marker !== undefined; marker = nextMarker(bytes, at)) {
    // Bytes of 255 may fill up the space before a marker.
    if (bytes.subarray(at, marker).some((byte) => byte !== 0xff))
      wrong.add("it has stray bytes between its parts")
    const kind = bytes[marker + 1]!
    if (kind === endOfImage) {
      whole = true
      break
    }
    let end = marker + 2
    if (!isRestart(kind) && kind !== 1) end += (bytes[end]! << 8) | bytes[end + 1]!
    if (!(end <= bytes.length)) return undefined
    if (sequential.includes(kind)) inSequence = true
    let part = bytes.subarray(marker, end)
    if (kind === startOfScan) {
      if (inSequence && [...part.subarray(-3)].join() !== "0,63,0") {
        part = Buffer.concat([part.subarray(0, -3), Uint8Array.of(0, 63, 0)])
        wrong.add("its scan has parameters of another kind of JPEG")
      }
      kept.push(part)
      part = bytes.subarray(end, endOfScan(bytes, end))
      end += part.length
    }
    kept.push(part)
    at = end
  }
  if (!whole) wrong.add("its end marker is missing")
  if (wrong.size === 0) return undefined
  kept.push(Uint8Array.of(0xff, endOfImage))
  return { bytes: Buffer.concat(kept), warning: [...wrong].join(" and ") }
}

/** Where the next marker is; a 255 before a 0 or another 255 is none. */
function nextMarker(bytes: Uint8Array, from: number): number | undefined {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1]
    if (next !== undefined && next !== 0 && next !== 0xff) return at
  }
  return undefined
}

/** Where coded pixels end: at the next marker that is no restart. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = nextMarker(bytes, from); at !== undefined; at = nextMarker(bytes, at + 2)) {
    if (!isRestart(bytes[at + 1]!)) return at
  }
  return bytes.length
}
