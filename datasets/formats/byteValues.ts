/** The value in [-1, 1] of each byte, `byte / 127.5 - 1`. */
export const valueOfByte = Float32Array.from({ length: 256 }, (_, byte) => byte / 127.5 - 1)

/** The byte of a value in [-1, 1]; of values outside the nearest, of NaN 0. */
export function byteOfValue(value: number): number {
  const byte = Math.round((value + 1) * 127.5)
  return byte > 255 ? 255 : byte > 0 ? byte : 0
}
