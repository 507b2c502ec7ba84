/** The value in [-1, 1] of each byte, `byte / 127.5 - 1`. */
export const valueOfByte = Float32Array.from({ length: 256 }, (_, byte) => byte / 127.5 - 1)
