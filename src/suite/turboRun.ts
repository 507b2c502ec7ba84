import { readFileSync } from "node:fs"

/** One task of a run of turbo: the script `task` of the workspace in `directory`. */
export interface TurboTask {
  readonly task: string
  readonly directory: string
  readonly exitCode: number
}

/** The tasks that were started in a run, from the file that `turbo run --summarize` writes. */
export function readTurboRun(path: string): readonly TurboTask[] {
  const { tasks } = JSON.parse(readFileSync(path, "utf8")) as {
    readonly tasks: readonly {
      readonly task: string
      readonly directory: string
      readonly execution?: { readonly exitCode: number }
    }[]
  }
  return tasks.flatMap(({ task, directory, execution }) =>
    execution === undefined ? [] : [{ task, directory, exitCode: execution.exitCode }],
  )
}
