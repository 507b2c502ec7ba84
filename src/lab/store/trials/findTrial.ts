import { listFolder } from "../files/durable.ts"
import { experimentsOf, trialsFolder } from "../files/layout.ts"

/** Where a trial lies in a run store. */
export interface FoundTrial {
  readonly experiment: string
  /** The whole id. */
  readonly trial: string
}

/** Trials of a run store whose ids begin with `prefix`, in order of experiment and id. */
export function findTrials(store: string, prefix: string): FoundTrial[] {
  return experimentsOf(store).flatMap((experiment) =>
    listFolder(trialsFolder(store, experiment))
      .filter((trial) => trial.startsWith(prefix) && !trial.startsWith("."))
      .sort()
      .map((trial) => ({ experiment, trial })),
  )
}

/**
 * The one trial that is meant.
 * @param word its id or the first digits of it; `experiment/id` where several experiments have it
 * @throws RangeError in one sentence where there is none, or several are meant
 */
export function onlyTrial(store: string, word: string): FoundTrial {
  const slash = word.indexOf("/")
  const [within, prefix] = slash < 0 ? [undefined, word] : [word.slice(0, slash), word.slice(slash + 1)]
  const found = findTrials(store, prefix).filter(
    ({ experiment }) => within === undefined || experiment === within,
  )
  const [first, second] = found
  if (first === undefined) {
    throw new RangeError(
      `Expected a trial of the run store ${store}, but it has none whose id begins with ${word}; \`saddlepoint collect\` lists them.`,
    )
  }
  if (second === undefined) return first
  const some = found.slice(0, 5).map(({ experiment, trial }) => `${experiment}/${trial}`)
  throw new RangeError(
    `Expected the first digits of one trial, but ${word} begins ${found.length}: ${some.join(", ")}; give more of them, or the experiment too, as here.`,
  )
}
