// The scheduler of a chaos round as a process of its own, so that it can be killed and frozen.
import { readFileSync } from "node:fs"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import { runPlan } from "../schedule/runPlan.ts"
import { type RoundOptions, wholeOptions } from "./roundOptions.ts"

const options = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as RoundOptions
NodeRuntime.runMain(runPlan(wholeOptions(options)).pipe(Effect.asVoid), { disableErrorReporting: true })
