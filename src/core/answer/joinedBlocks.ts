/** The values of some blocks, one after the other. */
export function joinedBlocks(blocks: readonly Float32Array[]): Float32Array {
  const values = new Float32Array(blocks.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const block of blocks) {
    values.set(block, at)
    at += block.length
  }
  return values
}
