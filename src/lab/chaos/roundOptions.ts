import { type Execution, oneExecution } from "../contracts/execution.ts"
import type { RunOptions } from "../schedule/runOptions.ts"

/** The options of a round's run as a file can hold them. */
export interface RoundOptions
  extends Omit<RunOptions, "onEvent" | "executions" | "pluginsOf" | "builtEntry"> {
  readonly execution: Execution
}

/** As `runPlan` takes them. */
export function wholeOptions({ execution, ...options }: RoundOptions): RunOptions {
  return { ...options, executions: oneExecution(execution) }
}
