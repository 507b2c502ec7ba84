/** Up to so many halvings of an image all blocks have the same channels, as in the authors' code for 32 pixels (Miyato et al. 2018). */
const alikeUpTo = 3

/** Channels of a generator's innermost map, then of each block, of which there are as many as levels. */
export function snganGeneratorChannels(width: number, levels: number): readonly number[] {
  return Array.from({ length: levels + 1 }, (_, at) =>
    levels <= alikeUpTo ? width : width * 2 ** (levels - at),
  )
}

/** A block of a discriminator. */
export interface SnganBlock {
  readonly channels: number
  readonly halves: boolean
}

/**
 * Blocks of a discriminator. Up to three levels: two that halve the sides and two that keep them, all of the same channels; of more: one more
 * than levels, each but the first of twice as many channels, which halve sides as long as they are even.
 */
export function snganDiscriminatorBlocks(
  width: number,
  levels: number,
  innermost: readonly [number, number],
): readonly SnganBlock[] {
  if (levels <= alikeUpTo)
    return Array.from({ length: 4 }, (_, at) => ({ channels: width, halves: at < Math.min(2, levels) }))
  const even = innermost.every((side) => side % 2 === 0)
  return Array.from({ length: levels + 1 }, (_, at) => ({
    channels: width * 2 ** at,
    halves: at < levels || even,
  }))
}
