// `npm run overhead -- --json`: what the scheduler, the store and the judging add to a sweep of tiny trials.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { planTrials } from "@saddlepoint/core/declare/plan"
import type { Plan } from "@saddlepoint/core/declare/trial"
import { loadDefinition } from "@saddlepoint/core/load"
import { openEngine } from "@saddlepoint/engine/open"
import * as Effect from "effect/Effect"
import definition from "../chaos/experiment.ts"
import { oneExecution } from "../contracts/execution.ts"
import { launch } from "../schedule/launcher.ts"
import type { RunOptions } from "../schedule/runOptions.ts"
import { runPlan } from "../schedule/runPlan.ts"
import { trialRequest } from "../schedule/trialRequest.ts"
import { publishedResult } from "../store/trials/trialRecord.ts"

const { values } = parseArgs({
  options: {
    trials: { type: "string", default: "64" },
    steps: { type: "string", default: "150" },
    device: { type: "string", default: "onnx" },
    json: { type: "boolean", default: false },
  },
})
const here = (...names: string[]) => join(import.meta.dirname, ...names)
const store = mkdtempSync(join(tmpdir(), "saddlepoint-overhead-"))
const engine = await openEngine({ device: values.device, threads: 1 })
const { identity } = engine
engine.dispose()
const overrides = [`seeds=${Number(values.trials) / 2}`, `budget.steps=${values.steps}`]
const plan: Plan = { ...(await planTrials(loadDefinition(definition, { overrides }))), controls: [] }
const execution = "0".repeat(16)
const options: RunOptions = {
  plan,
  store,
  definitionPath: here("..", "chaos", "experiment.ts"),
  childEntry: here("..", "chaos", "child.ts"),
  // One at a time: side by side, trials would wait for each other's memory and cores.
  workers: 1,
  device: values.device,
  engine: identity,
  executions: oneExecution({
    id: execution,
    code: { digest: "0".repeat(64), files: 0, lockfile: "" },
  }),
}

/** Seconds of a process that opens a trial and ends; the median of so many. */
async function processStart(times: number): Promise<number> {
  const seconds: number[] = []
  for (let index = 0; index < times; index += 1) {
    const begun = performance.now()
    const trial = plan.trials[index % plan.trials.length]!
    const request = trialRequest(options, trial, { mode: "play", attempt: 0, checkpointSeconds: 60 })
    await Effect.runPromise(launch({ childEntry: here("idleChild.ts"), request, onMessage: () => {} }))
    seconds.push((performance.now() - begun) / 1000)
  }
  return seconds.sort((a, b) => a - b)[Math.floor(times / 2)]!
}

// Before, in the middle of and after the sweep, because a machine's speed wanders.
const before = await processStart(9)
const begun = performance.now()
await Effect.runPromise(runPlan(options))
const wall = (performance.now() - begun) / 1000
const after = await processStart(9)
const start = (before + after) / 2
const results = plan.trials.map(({ id }) => publishedResult(store, plan.experiment, id, execution)!.result)
const training = results.reduce((sum, { trainSeconds }) => sum + trainSeconds, 0)
const overhead = wall / (training + results.length * start) - 1
rmSync(store, { recursive: true, force: true })
const report = { trials: results.length, wall, training, processStart: start, overhead }
console.log(
  values.json
    ? JSON.stringify(report)
    : `${results.length} trials took ${wall.toFixed(1)} s: ${training.toFixed(1)} s of training, ${results.length} process starts of ` +
        `${start.toFixed(2)} s, and ${(overhead * 100).toFixed(1)} % more.`,
)
