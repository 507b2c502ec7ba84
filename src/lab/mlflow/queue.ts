/** Work by key, done off the caller's path: one at a time for each key, however often it is wanted meanwhile. */
export interface Queue<K> {
  /** Has the work of this key done, once more if it is under way. Returns at once. */
  want(key: K): void
  /** Does what failed once more, and waits until nothing is left to do. */
  drain(): Promise<void>
  /** The keys whose last work failed. */
  failed(): ReadonlySet<K>
}

/**
 * @param most works at a time
 * @param work one that fails is done again when its key is wanted again, and at `drain`
 * @param onError told of every failure; true when it may pass: the work is then also done again after any other one
 *   succeeds
 */
export function openQueue<K>(
  most: number,
  work: (key: K) => Promise<void>,
  onError: (error: unknown) => boolean,
): Queue<K> {
  const wanted = new Set<K>()
  const failed = new Set<K>()
  const passing = new Set<K>()
  const running = new Map<K, Promise<void>>()

  const run = async (key: K) => {
    // Begun later, so that whoever wants it never waits for it.
    await new Promise<void>((next) => setImmediate(next))
    try {
      await work(key)
      failed.delete(key)
      passing.delete(key)
      for (const other of passing) wanted.add(other)
      passing.clear()
    } catch (error) {
      failed.add(key)
      if (onError(error)) passing.add(key)
      else passing.delete(key)
    }
    running.delete(key)
    begin()
  }
  const begin = () => {
    for (const key of wanted) {
      if (running.size >= most) return
      if (running.has(key)) continue
      wanted.delete(key)
      running.set(key, run(key))
    }
  }
  const want = (key: K) => {
    wanted.add(key)
    begin()
  }
  return {
    want,
    async drain() {
      for (const key of failed) wanted.add(key)
      begin()
      while (running.size > 0) await Promise.all(running.values())
    },
    failed: () => failed,
  }
}
