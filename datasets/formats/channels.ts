/** Weights of red, green and blue in the luma of ITU-R BT.601. */
const luma = [0.299, 0.587, 0.114] as const

/**
 * The same images with another number of channels: a grey one is repeated, colours become their luma (ITU-R BT.601).
 *
 * @param values of images `[pixels, from]`, interleaved; any linear scale
 * @returns `[pixels, to]`; the argument itself where nothing changes
 */
export function withChannels(values: Float32Array, from: 1 | 3, to: 1 | 3): Float32Array {
  if (from === to) return values
  const pixels = values.length / from
  const changed = new Float32Array(pixels * to)
  for (let pixel = 0; pixel < pixels; pixel++) {
    if (to === 3) {
      const grey = values[pixel]!
      changed[3 * pixel] = grey
      changed[3 * pixel + 1] = grey
      changed[3 * pixel + 2] = grey
    } else {
      const [red, green, blue] = [values[3 * pixel]!, values[3 * pixel + 1]!, values[3 * pixel + 2]!]
      changed[pixel] = luma[0] * red + luma[1] * green + luma[2] * blue
    }
  }
  return changed
}

/** The same for bytes, rounded. */
export function channelBytes(bytes: Uint8Array, from: 1 | 3, to: 1 | 3): Uint8Array {
  if (from === to) return bytes
  return Uint8Array.from(withChannels(Float32Array.from(bytes), from, to), Math.round)
}
