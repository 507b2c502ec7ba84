/** Examples that stay in memory, in bytes for each split. */
const keptBytes = 256 * 2 ** 20

/**
 * Keeps what was made of the first examples that were asked for, up to 256 MiB; what is beyond is made again each time. A promise
 * that fails is forgotten, so that asking again tries again.
 *
 * @param bytes of one example
 * @param make must be pure
 */
export function keptExamples<Made>(bytes: number, make: (index: number) => Made): (index: number) => Made {
  const most = Math.floor(keptBytes / bytes)
  const kept = new Map<number, Made>()
  return (index) => {
    const known = kept.get(index)
    if (known !== undefined) return known
    const fresh = make(index)
    if (kept.size >= most) return fresh
    kept.set(index, fresh)
    if (fresh instanceof Promise) fresh.catch(() => kept.delete(index))
    return fresh
  }
}
