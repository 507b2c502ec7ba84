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
      .filter((trial) => trial.startsWith(prefix))
      .sort()
      .map((trial) => ({ experiment, trial })),
  )
}
