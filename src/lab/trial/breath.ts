/** Milliseconds between two turns of the event loop. */
const interval = 20

/**
 * Gives the event loop a turn now and then: training awaits only what is there already, so without it a fast trial would
 * hear no signal, and not that its parent is gone.
 */
export function openBreath(): () => Promise<void> {
  let last = performance.now()
  return async () => {
    if (performance.now() - last < interval) return
    await new Promise(setImmediate)
    last = performance.now()
  }
}
