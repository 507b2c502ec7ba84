/** Second bytes of markers (ITU-T T.81, table B.1). */
const [startOfImage, endOfImage, startOfScan] = [0xd8, 0xd9, 0xda]

const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7

/**
 * A JPEG without stray bytes between its parts, and with its end marker: what decoders do for themselves. Undefined where a file is no
 * JPEG, or nothing of this is wrong with it. Within the coded pixels nothing is mended.
 */
export function mendedJpeg(
  bytes: Uint8Array,
): { readonly bytes: Uint8Array; readonly warning: string } | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== startOfImage) return undefined
  const kept: Uint8Array[] = [bytes.subarray(0, 2)]
  let stray = false
  let at = 2
  for (;;) {
    const marker = nextMarker(bytes, at)
    if (marker === undefined) break
    // Bytes of 255 may fill up the space before a marker.
    if (bytes.subarray(at, marker).some((byte) => byte !== 0xff)) stray = true
    const kind = bytes[marker + 1]!
    if (kind === endOfImage) {
      if (!stray) return undefined
      return { bytes: Buffer.concat([...kept, bytes.subarray(marker)]), warning: strayBytes }
    }
    let end = marker + 2
    if (!isRestart(kind) && kind !== 1) end += (bytes[end]! << 8) | bytes[end + 1]!
    if (kind === startOfScan) end = endOfScan(bytes, end)
    if (!(end <= bytes.length)) return undefined
    kept.push(bytes.subarray(marker, end))
    at = end
  }
  const warning = stray ? `${strayBytes} and its end marker is missing` : "its end marker is missing"
  return { bytes: Buffer.concat([...kept, Uint8Array.of(0xff, endOfImage)]), warning }
}

const strayBytes = "it has stray bytes between its parts"

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
