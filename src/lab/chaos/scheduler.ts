// The scheduler of a chaos round as a process of its own, so that it can be killed and frozen.
import { readFileSync } from "node:fs"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import type { RunOptions } from "../schedule/runOptions.ts"
import { runPlan } from "../schedule/runPlan.ts"

/** Everything but what a file cannot hold. */
export type RoundOptions = Omit<RunOptions, "onEvent">

const options = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as RoundOptions
NodeRuntime.runMain(runPlan(options).pipe(Effect.asVoid), { disableErrorReporting: true })
