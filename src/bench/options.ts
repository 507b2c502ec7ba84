import { parseArgs } from "node:util"
import { workloads } from "./workloads/index.ts"

export interface BenchOptions {
  readonly workloads: readonly string[]
  readonly engines: readonly string[]
  readonly threads: readonly number[]
  readonly rounds: number
  /** How long a round plays, at least. */
  readonly seconds: number
  readonly peer: "torch" | undefined
  readonly python: string | undefined
  readonly profile: boolean
  readonly json: boolean
}

/** Reads the command line. @throws Error, a sentence, for a name or a number that is not known */
export function benchOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      workload: { type: "string", default: Object.keys(workloads).join() },
      engine: { type: "string", default: "onnx" },
      threads: { type: "string", default: "1,2" },
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "1.5" },
      peer: { type: "string" },
      python: { type: "string" },
      profile: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  })
  const chosen = values.workload.split(",")
  for (const name of chosen) {
    if (!(name in workloads)) {
      throw new Error(
        `Expected a workload out of ${Object.keys(workloads).join(", ")} for --workload, but got "${name}".`,
      )
    }
  }
  if (values.peer !== undefined && values.peer !== "torch") {
    throw new Error(`Expected "torch" for --peer, but got "${values.peer}".`)
  }
  return {
    workloads: chosen,
    engines: values.engine.split(","),
    threads: values.threads.split(",").map((text) => positive("threads", text, true)),
    rounds: positive("rounds", values.rounds, true),
    seconds: positive("seconds", values.seconds, false),
    peer: values.peer,
    python: values.python,
    profile: values.profile,
    json: values.json,
  }
}

function positive(option: string, text: string, whole: boolean): number {
  const number = Number(text)
  if (number > 0 && (!whole || Number.isInteger(number))) return number
  throw new Error(
    `Expected ${whole ? "a whole number" : "a number"} above 0 for --${option}, but got "${text}".`,
  )
}
