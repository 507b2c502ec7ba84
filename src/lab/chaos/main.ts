// `npm run chaos -- --rounds 100 --json`: kills, freezes and starves a sweep, then looks whether anything was lost.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { planTrials } from "@saddlepoint/core/declare/plan"
import type { Plan } from "@saddlepoint/core/declare/trial"
import { loadDefinition } from "@saddlepoint/core/load"
import { openEngine } from "@saddlepoint/engine/open"
import { stream } from "@saddlepoint/engine/random"
import * as Effect from "effect/Effect"
import { oneExecution } from "../contracts/execution.ts"
import { runPlan } from "../schedule/runPlan.ts"
import { readJournal } from "../store/attempts/journal.ts"
import { listFolder } from "../store/files/durable.ts"
import { trialFolder } from "../store/files/layout.ts"
import { readEvaluations } from "../store/results/evaluations.ts"
import { judged } from "../store/results/judged.ts"
import { allTrials } from "../store/trials/allTrials.ts"
import { publishedResult } from "../store/trials/trialRecord.ts"
import definition from "./experiment.ts"
import { disturb } from "./round.ts"
import { type RoundOptions, wholeOptions } from "./roundOptions.ts"

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    device: { type: "string", default: "onnx" },
    json: { type: "boolean", default: false },
  },
})
const rounds = Number(values.rounds)
const seed = Number(values.seed)

const leaseSeconds = 1
const folder = mkdtempSync(join(tmpdir(), "saddlepoint-chaos-"))
const engine = await openEngine({ device: values.device, threads: 1 })
const { identity } = engine
engine.dispose()
// Controls learn nothing: there is nothing to lose in them.
const plan: Plan = { ...(await planTrials(loadDefinition(definition))), controls: [] }
const here = (file: string) => join(import.meta.dirname, file)
const optionsFor = (store: string): RoundOptions => ({
  plan,
  store,
  definitionPath: here("experiment.ts"),
  childEntry: here("child.ts"),
  workers: 2,
  device: values.device,
  engine: identity,
  execution: { id: "c4a05c4a05c4a05c", code: { digest: "c".repeat(64), files: 0, lockfile: "" } },
  leaseSeconds,
  stallSeconds: 60,
  checkpointSeconds: 0.05,
  grace: 3000,
})

/** What must come out the same: weights, values and the last link of the hash chain of every trial. */
function fingerprints(store: string): Map<string, string | undefined> {
  return new Map(
    allTrials(plan).map((trial) => {
      const { id } = trial
      const { execution } = optionsFor(store)
      const found = publishedResult(store, plan.experiment, id, execution.id)
      if (found === undefined) return [id, undefined]
      const { weightsSha256, status } = found.result
      const { evaluations } = readEvaluations(trialFolder(store, plan.experiment, id), id)
      const { metrics, unjudged } = judged(trial, found.result, evaluations, {
        executions: oneExecution(execution),
      })
      if (unjudged.length > 0) return [id, undefined]
      const values = Object.entries(metrics).map(([name, { value }]) => [name, value])
      const { steps } = readJournal(found.folder)
      return [id, JSON.stringify([status, weightsSha256, values, steps.length, steps.at(-1)?.chain])]
    }),
  )
}

/** The most results, or evaluations by its one metric, that a trial has. */
const published = (store: string, id: string) =>
  Math.max(
    ...["results", "evaluations"].map(
      (place) => listFolder(join(trialFolder(store, plan.experiment, id), place)).length,
    ),
  )

const undisturbed = join(folder, "undisturbed")
await Effect.runPromise(runPlan(wholeOptions(optionsFor(undisturbed))))
const expected = fingerprints(undisturbed)

const total = { rounds: 0, kills: 0, freezes: 0, corruptions: 0, lost: 0, duplicated: 0, mismatched: 0 }
for (let round = 0; round < rounds; round += 1) {
  const store = join(folder, String(round))
  mkdirSync(store)
  const { kills, freezes, corruptions } = await disturb(
    optionsFor(store),
    leaseSeconds,
    stream(seed, "chaos", round),
  )
  const summary = await Effect.runPromise(runPlan(wholeOptions(optionsFor(store))))
  const got = fingerprints(store)
  for (const [id, fingerprint] of expected) {
    if (got.get(id) === undefined) total.lost += 1
    else if (got.get(id) !== fingerprint) total.mismatched += 1
    if (published(store, id) > 1) total.duplicated += 1
  }
  total.rounds += 1
  total.kills += kills
  total.freezes += freezes
  total.corruptions += corruptions
  const { lost, duplicated, mismatched } = total
  console.error(
    `round ${round + 1} of ${rounds}: ${kills} kills, ${freezes} freezes, ${corruptions} corruptions; ` +
      `${summary.reused} results were there, ${summary.played} played; so far ${lost} lost, ${duplicated} duplicated, ${mismatched} mismatched`,
  )
  if (lost + duplicated + mismatched > 0) {
    console.error(`Kept for a look: ${store}; again with --seed ${seed}.`)
    process.exitCode = 1
    break
  }
  rmSync(store, { recursive: true, force: true })
}
if (process.exitCode !== 1) rmSync(folder, { recursive: true, force: true })
console.log(
  values.json
    ? JSON.stringify(total)
    : Object.entries(total)
        .map(([name, n]) => `${name} ${n}`)
        .join(", "),
)
