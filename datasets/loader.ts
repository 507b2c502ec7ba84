import type { HostBatch, Split } from "@saddlepoint/core/contracts/dataset"
import { type Loader, readBatch, withStreams } from "@saddlepoint/core/play/loader"
import { stream } from "@saddlepoint/engine/random"

/** What decides the order of the data. */
export interface DataOrder {
  /** Number of examples. */
  readonly size: number
  readonly batch: number
  readonly seed: number
  /** Name of the stage; stages draw orders of their own. */
  readonly stage: string
}

/**
 * The order of the data: a function from a step (from 0) to the indices of its batch, pure, so that a checkpoint needs
 * to hold only the step. Step `s` takes places `s * batch` and on of the epochs' permutations laid end to end: every
 * epoch shows each example once, no batch is short, and a batch larger than the split runs through several epochs.
 *
 * @throws RangeError with one sentence unless `size` and `batch` are positive integers; the function does so for
 * steps that are not integers from 0
 */
export function dataOrder({ size, batch, seed, stage }: DataOrder): (step: number) => number[] {
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`Expected a split with at least one example, but got ${size}.`)
  }
  if (!Number.isInteger(batch) || batch < 1) {
    throw new RangeError(`Expected a batch of at least one example, but got ${batch}.`)
  }
  const identity = Array.from({ length: size }, (_, index) => index)
  // The two epochs that were asked for last: a batch rarely touches more, and any other is drawn again.
  const recent = new Map<number, readonly number[]>()
  const permutation = (epoch: number): readonly number[] => {
    const known = recent.get(epoch)
    if (known) return known
    const drawn = stream(seed, "data-order", stage, epoch).shuffle(identity)
    recent.set(epoch, drawn)
    if (recent.size > 2) recent.delete(recent.keys().next().value!)
    return drawn
  }
  return (step) => {
    if (!Number.isInteger(step) || step < 0) {
      throw new RangeError(`Expected a step that is an integer from 0, but got ${step}.`)
    }
    return Array.from({ length: batch }, (_, place) => {
      const position = step * batch + place
      return permutation(Math.floor(position / size))[position % size]!
    })
  }
}

/** Options of `openLoader`. */
export interface LoaderOptions extends Omit<DataOrder, "size"> {
  readonly split: Split
  /** How many steps are read ahead; 2 where left out. Never changes what `next` gives. */
  readonly ahead?: number
}

/**
 * Opens a loader, over a split or over streams, that reads the following steps in the background. Any step may be asked for at
 * any time; an error of reading comes out of the `next` of its step, and asking again reads again.
 */
export const openLoader = withStreams(openSplit)

function openSplit({ split, batch, seed, stage, ahead = 2 }: LoaderOptions): Loader {
  const order = dataOrder({ size: split.size, batch, seed, stage })
  const pending = new Map<number, Promise<HostBatch>>()
  let asked = 0
  let closed = false

  const read = (step: number): Promise<HostBatch> => {
    // `order` may throw, which must come out of the promise.
    const batchOf = async (): Promise<HostBatch> => readBatch(split, order(step))
    return batchOf()
  }

  const readAhead = (): void => {
    if (closed) return
    for (const step of pending.keys()) {
      if (step <= asked || step > asked + ahead) pending.delete(step)
    }
    for (let following = asked + 1; following <= asked + ahead; following++) {
      if (pending.has(following)) continue
      const promise = read(following)
      // Somebody may never ask for this step; then its error is nobody's.
      promise.catch(() => {})
      pending.set(following, promise)
    }
  }

  return {
    next: async (step) => {
      if (closed)
        throw new Error(`Expected an open loader, but step ${step} was asked of one that is closed.`)
      asked = step
      const wanted = pending.get(step) ?? read(step)
      pending.delete(step)
      const values = await wanted
      // After the caller has taken its batch: reading may keep the event loop busy.
      setImmediate(readAhead)
      return values
    },
    close: () => {
      closed = true
      pending.clear()
    },
  }
}
