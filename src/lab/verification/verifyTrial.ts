import type { Evaluation, Trial } from "@saddlepoint/core/declare/trial"
import type { EngineIdentity } from "@saddlepoint/engine/engine"
import * as Effect from "effect/Effect"
import type { ChildMessage } from "../contracts/childMessage.ts"
import type { EvaluationRecord } from "../contracts/evaluation.ts"
import type { Executions } from "../contracts/execution.ts"
import type { Replay } from "../contracts/replay.ts"
import { launch } from "../schedule/launcher.ts"
import { type RequestWorld, trialRequest } from "../schedule/trialRequest.ts"
import { classifyEnd } from "../store/attempts/failure.ts"
import type { Manifest } from "../store/attempts/manifest.ts"
import { describeMachine } from "../store/execution/machine.ts"
import type { EnvironmentDifference } from "../store/results/attestation.ts"
import { readEvaluations } from "../store/results/evaluations.ts"
import { judged } from "../store/results/judged.ts"
import { newest } from "../store/results/publication.ts"
import { type PublishedResult, readTrial } from "../store/trials/trialRecord.ts"
import { attest, environmentDifferences, type Tolerance } from "./verification.ts"

/** A trial could not be played again. */
export class ReplayFailed extends Error {
  override readonly name = "ReplayFailed"
}

export interface VerifyOptions {
  /** Absolute folder of the run store. */
  readonly store: string
  readonly experiment: string
  readonly published: PublishedResult
  readonly manifest: Manifest
  /** The trial as its definition gives it now; its id is the result's. */
  readonly trial: Trial
  /** Hash of the definition as it is now. */
  readonly planHash: string
  /** Absolute path of the definition. */
  readonly definitionPath: string
  readonly childEntry: string
  /** The engine that the recorded one stands for here, with the recorded number of threads. */
  readonly engine: EngineIdentity
  /** Under which executions it would be played and judged now. */
  readonly executions: Executions
  readonly pluginsOf: NonNullable<RequestWorld["pluginsOf"]>
  /** The judges that the trial's metrics need, as its definition gives them now. */
  readonly judges: readonly Trial[]
  /** Steps to play after the newest checkpoint that is kept; the whole trial when left out. */
  readonly window?: number
  readonly tolerance?: Tolerance
  readonly onMessage?: (message: ChildMessage) => void
}

/**
 * Plays a published trial, whose record agrees with itself, again in a process of its own, judges it by the metrics that have judged it, and
 * compares. Nothing is written.
 */
export const verifyTrial = Effect.fn("verifyTrial")(function* (options: VerifyOptions) {
  const { store, experiment, published, manifest, trial, engine, executions, tolerance } = options
  const { home, result } = published
  const { evaluations } = readEvaluations(home, result.trial)
  const present = (trial.evaluations ?? []).map((one) => [
    one.metric,
    executions.judging(trial, one).metricCode,
  ])
  const [now, any] = [
    judged(trial, result, evaluations, { codes: Object.fromEntries(present) }),
    judged(trial, result, evaluations),
  ]
  // Those of the present code, else the newest.
  const from = any.from.map(
    (one) => now.from.find(({ record }) => record.evaluation === one.record.evaluation) ?? one,
  )
  const { code } = executions.of(trial)
  const environment = [
    ...environmentDifferences(manifest, { engine, code, machine: describeMachine() }),
    ...nameDifferences(options),
    ...from.flatMap(({ record }) => judgingDifference(record, trial, executions)),
  ]
  const asRecorded: Executions = {
    of: (one) => {
      if (one.id === trial.id) return { id: result.execution, code }
      const now = executions.of(one)
      const { results } = readTrial(store, experiment, one.id)
      const made = results.get(now.id) ?? newest(results.values())
      return { id: made?.result.execution ?? now.id, code: now.code }
    },
    judging: (_, { id }) => {
      const recorded = from.find(({ record }) => record.evaluation === id)?.record
      return { id: recorded?.execution ?? "", code, metricCode: recorded?.metricCode ?? "" }
    },
  }
  // What earlier versions found stands in the result itself.
  const asked = (trial.evaluations ?? []).filter(
    ({ id }) => result.metrics !== undefined || from.some(({ record }) => record.evaluation === id),
  )
  return attest(published, yield* replayed(options, asRecorded, asked), environment, tolerance, from)
})

/** Whether another code would judge now. */
function judgingDifference(
  { metric, evaluation, code }: EvaluationRecord,
  trial: Trial,
  executions: Executions,
): EnvironmentDifference[] {
  const asked = trial.evaluations!.find(({ id }) => id === evaluation)!
  const present = executions.judging(trial, asked).code.digest
  if (code.digest === present) return []
  return [{ what: `code of ${metric}`, recorded: code.digest.slice(0, 16), present: present.slice(0, 16) }]
}

/** Another definition may call the same trial by another name, or give it another role. */
function nameDifferences({ manifest, planHash, published, trial }: VerifyOptions): EnvironmentDifference[] {
  if (manifest.plan.hash === planHash) return []
  return (["arm", "role"] as const).flatMap((what) => {
    const [recorded, present] = [published.result[what], trial[what]]
    return recorded === present ? [] : [{ what, recorded, present }]
  })
}

const replayed = Effect.fnUntraced(function* (
  options: VerifyOptions,
  executions: Executions,
  evaluations: readonly Evaluation[],
) {
  const { store, experiment, trial, planHash, definitionPath, engine, judges, pluginsOf, window } = options
  const world: RequestWorld = {
    plan: { experiment, hash: planHash, judges },
    store,
    definitionPath,
    device: engine.name,
    engine,
    executions,
    pluginsOf,
  }
  const task = { mode: "verify", ...(window === undefined ? {} : { window }) } as const
  let replay: Replay | undefined
  const end = yield* launch({
    childEntry: options.childEntry,
    request: trialRequest(world, trial, task, evaluations),
    onMessage(message) {
      if (message.type === "replayed") replay = message.replay
      options.onMessage?.(message)
    },
  })
  if (replay !== undefined) return replay
  return yield* Effect.fail(
    new ReplayFailed(`The trial could not be played again. ${classifyEnd(end).sentence}`),
  )
})
