import { parseArgs } from "node:util"
import { knownNames, knownPeer, positive } from "./askedFor.ts"
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
  return {
    workloads: knownNames("workload", values.workload, Object.keys(workloads)),
    engines: values.engine.split(","),
    threads: values.threads.split(",").map((text) => positive("threads", text, true)),
    rounds: positive("rounds", values.rounds, true),
    seconds: positive("seconds", values.seconds, false),
    peer: knownPeer(values.peer),
    python: values.python,
    profile: values.profile,
    json: values.json,
  }
}
