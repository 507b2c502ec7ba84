import { AsyncLocalStorage } from "node:async_hooks"

/** What a trial's code did that would let it know what it is judged by; the trial is refused with the sentence. */
export class Trespass extends Error {
  override readonly name = "Trespass"
}

/** Does something that may reach data, with all that it calls and waits for. */
export type Reach = <T>(action: () => T) => T

const reaching = new AsyncLocalStorage<true>()
let closed = false

/**
 * Closes the data of this process for the rest of its life: datasets can be opened, and files of theirs be read, only in what is done
 * by the function that is given back. Whoever calls first is the only one to have it.
 */
export function closeData(): Reach {
  if (closed)
    throw new Trespass(
      "Expected the data of a trial to be closed once, but somebody tries again; leave that out.",
    )
  closed = true
  return (action) => reaching.run(true, action)
}

/** Whether data may be reached just now. */
export const mayReachData = (): boolean => !closed || reaching.getStore() === true

/** What the `open` of every dataset begins with: throws one sentence in the hands of a trial's other code. */
export function passDoor(dataset: string): void {
  if (mayReachData()) return
  throw new Trespass(
    `Expected a trial's code to see what it is given of its data, but it opened the dataset ${dataset} by itself, where labels of the target and test ` +
      "splits are; leave that out.",
  )
}
