// `run` as a process of its own, so that tests can interrupt or kill it.
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import { runPlan } from "../schedule/runPlan.ts"
import { anEngine, aPlan, someExecutions } from "./plan.ts"

const [store = "", log = "", trialProcess = "", arms = "", more = "{}"] = process.argv.slice(2)
const plan = aPlan(Object.fromEntries(arms.split(",").map((arm) => [arm, "challenger" as const])), [1])

NodeRuntime.runMain(
  runPlan({
    plan,
    store,
    definitionPath: trialProcess,
    childEntry: trialProcess,
    workers: 2,
    device: "js",
    engine: anEngine,
    executions: someExecutions,
    extra: { log },
    grace: 300,
    ...JSON.parse(more),
  }).pipe(Effect.map((summary) => console.log(JSON.stringify(summary)))),
)
