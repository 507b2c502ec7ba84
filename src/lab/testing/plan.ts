import type { MetricOutput } from "@saddlepoint/core/contracts/metric"
import { contentHash } from "@saddlepoint/core/declare/canonical"
import type { Plan, Role, Trial } from "@saddlepoint/core/declare/trial"
import type { EngineIdentity } from "@saddlepoint/engine/engine"
import type { CodeIdentity } from "../contracts/codeIdentity.ts"
import type { AskedEvaluation } from "../contracts/evaluation.ts"
import { type Executions, oneExecution } from "../contracts/execution.ts"
import type { TrialResult } from "../contracts/result.ts"
import { type Attempt, attemptNumbers, openAttempt, takeAttempt } from "../store/attempts/attempt.ts"
import type { ManifestFacts } from "../store/attempts/manifest.ts"
import type { Link } from "../store/files/exclusive.ts"
import { attemptFolder, trialFolder } from "../store/files/layout.ts"
import { takeLease } from "../store/leases/lease.ts"
import type { JudgedResult } from "../store/reading/findings.ts"

/** A trial whose id is the digest of its preimage: its arm and seed, unless `more` has another one. */
export function aTrial(arm: string, seed = 1, more: Partial<Trial> = {}): Trial {
  const preimage = more.preimage ?? { arm, seed }
  return {
    id: contentHash(preimage).slice(0, 16),
    kind: "arm",
    arm,
    role: "challenger",
    seed,
    steps: 10,
    preimage,
    source: {},
    needs: [],
    ...more,
  }
}

export function aJudge(name: string): Trial {
  return aTrial(`judge/${name}`, 7, { kind: "judge", role: "judge" })
}

/** A plan of `arms` (name -> role) crossed with `seeds`, seed-major with baselines first, as the planner gives it. */
export function aPlan(
  arms: Readonly<Record<string, Role>>,
  seeds: readonly number[],
  more: Partial<Plan> = {},
): Plan {
  const baselinesFirst = Object.entries(arms).sort(
    ([, a], [, b]) => Number(a !== "baseline") - Number(b !== "baseline"),
  )
  const trials = seeds.flatMap((seed) => baselinesFirst.map(([arm, role]) => aTrial(arm, seed, { role })))
  return {
    experiment: "example",
    question: "Which one?",
    definition: {},
    hash: "0".repeat(64),
    seeds,
    arms: Object.entries(arms).map(([name, role]) => ({
      name,
      key: name,
      role: role as "baseline",
      points: [],
    })),
    judges: [],
    controls: [],
    trials,
    comparisons: [],
    outputs: someOutputs,
    ...more,
  }
}

export const anEngine: EngineIdentity = { name: "js", version: "test 1", device: "cpu", threads: 1 }

export const someCode: CodeIdentity = { digest: "c".repeat(64), files: 3, lockfile: "d".repeat(64) }

export const anExecution = "0123456789abcdef"

export const someOutputs: readonly MetricOutput[] = [
  { name: "psnr", higherIsBetter: true, unit: "dB", range: [0, 100] },
]

/** An execution of all trials and of all that judges them. */
export const executionsOf = (id: string): Executions => oneExecution({ id, code: someCode })

export const someExecutions = executionsOf(anExecution)

export const someFacts: ManifestFacts = {
  plan: { hash: "0".repeat(64), profile: "quick" },
  engine: anEngine,
  code: someCode,
}

/** With its values in it, as earlier versions had them. */
export function aResult(trial: Trial, more: Partial<JudgedResult> = {}): JudgedResult {
  return {
    schema: 1,
    trial: trial.id,
    kind: trial.kind,
    arm: trial.arm,
    role: trial.role,
    seed: trial.seed,
    status: "completed",
    trainSeconds: 1,
    seconds: 1.5,
    steps: trial.steps,
    weightsSha256: "e".repeat(64),
    parameters: { generator: 4 },
    metrics: { psnr: { value: 20, identity: { images: 4 } } },
    peakMemory: 100,
    artifacts: {},
    execution: anExecution,
    ...more,
  }
}

/** The next attempt at a trial of the experiment `example`, claimed for this process and opened. */
export function anAttempt(
  store: string,
  trial: Trial,
  more: { readonly execution?: string; readonly facts?: ManifestFacts; readonly link?: Link } = {},
): Attempt {
  const { execution = anExecution, facts = someFacts, link } = more
  const home = trialFolder(store, "example", trial.id)
  for (;;) {
    const number = takeAttempt(home, attemptNumbers(home).at(-1) ?? 0)
    if (number === undefined) continue
    takeLease(attemptFolder(store, "example", trial.id, number), execution, 60)
    return openAttempt(store, "example", trial, execution, facts, number, link)
  }
}

/** An evaluation of a trial by a metric of this name, as a process is asked for it. */
export function anEvaluation(trial: Trial, metric = "psnr", execution = anExecution): AskedEvaluation {
  const preimage = {
    schema: 1,
    trial: trial.id,
    metric: { use: metric },
    plugins: {},
    judges: {},
    protocol: 2,
  }
  return {
    id: contentHash(preimage).slice(0, 16),
    metric,
    preimage,
    execution,
    code: someCode,
    metricCode: "c".repeat(16),
  }
}

/** A result as this version writes it: its values stand beside it. */
export function aJudgedResult(trial: Trial, more: Partial<TrialResult> = {}): TrialResult {
  const { metrics: _, ...result } = aResult(trial)
  return { ...result, ...more }
}

/** Of which result an evaluation is. */
export const ofResult = ({ execution, weightsSha256 }: TrialResult) => ({ execution, weightsSha256 })
