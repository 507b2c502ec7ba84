// `npm run edits -- --edits 100000 --seed 1 --json`: plays eleven trials, then edits bytes of their store, each of which must be named.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { planTrials } from "@saddlepoint/core/declare/plan"
import { loadDefinition } from "@saddlepoint/core/load"
import { openEngine } from "@saddlepoint/engine/open"
import { stream } from "@saddlepoint/engine/random"
import * as Effect from "effect/Effect"
import { oneExecution } from "../contracts/execution.ts"
import { runPlan } from "../schedule/runPlan.ts"
import { keepPlan } from "../store/frozen/keptPlan.ts"
import { register } from "../store/frozen/registration.ts"
import { keepAttestation } from "../store/results/attestation.ts"
import { allTrials } from "../store/trials/allTrials.ts"
import { publishedResult } from "../store/trials/trialRecord.ts"
import { openStore } from "../store/upkeep/storeSchema.ts"
import { attest } from "../verification/verification.ts"
import { type Edits, editBytes } from "./editing.ts"
import definition from "./experiment.ts"

const { values } = parseArgs({
  options: {
    edits: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
})

const folder = mkdtempSync(join(tmpdir(), "saddlepoint-edits-"))
const store = join(folder, "runs")
const engine = await openEngine({ device: "onnx", threads: 1 })
const { identity } = engine
engine.dispose()
// Three controls, and two arms of four seeds.
const plan = await planTrials(loadDefinition(definition, { overrides: ["seeds=4"] }))
const execution = "ed17ed17ed17ed17"
const here = (file: string) => join(import.meta.dirname, file)
openStore(store)
register(plan, store, "run")
keepPlan(plan, store, { file: "experiment.ts", overrides: ["seeds=4"] })
await Effect.runPromise(
  runPlan({
    plan,
    store,
    definitionPath: here("experiment.ts"),
    childEntry: here("child.ts"),
    workers: Number(values.workers),
    device: "onnx",
    engine: identity,
    executions: oneExecution({ id: execution, code: { digest: "c".repeat(64), files: 0, lockfile: "" } }),
    checkpointSeconds: 0.2,
  }),
)
const trials = allTrials(plan)
for (const { id, steps } of trials) {
  const published = publishedResult(store, plan.experiment, id, execution)!
  const replay = { from: 0, to: steps, compared: steps, firstDifference: null, relative: {}, unlike: [] }
  keepAttestation(published.home, attest(published, replay, []))
}

const wanted = Number(values.edits)
const total = { edits: 0, named: 0, checked: 0, unread: {} as Record<string, number>, missed: [] as string[] }
const draw = stream(Number(values.seed), "edits")
const add = ({ edits, named, checked, unread, missed }: Edits) => {
  total.edits += edits
  total.named += named
  total.checked += checked
  for (const [place, count] of Object.entries(unread))
    total.unread[place] = (total.unread[place] ?? 0) + count
  total.missed.push(...missed)
}
while (total.edits < wanted) {
  add(editBytes(store, draw, Math.min(10_000, wanted - total.edits)))
  console.error(
    `${total.edits} of ${wanted} edits: ${total.named} named, ${total.checked} with --check, ${total.missed.length} missed`,
  )
}
rmSync(folder, { recursive: true, force: true })
const { edits, named, checked, unread, missed } = total
const places = Object.entries(unread).map(([place, count]) => `${count} in ${place}`)
console.log(
  values.json
    ? JSON.stringify({ trials: trials.length, ...total })
    : `${edits} edits of a store of ${trials.length} trials: ${named} named, ${checked} named with --check, ${places.join(", ") || "none"} where nothing reads, ${missed.length} missed`,
)
if (missed.length > 0) process.exitCode = 1
