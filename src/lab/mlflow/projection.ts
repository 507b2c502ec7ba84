import type { Json } from "@saddlepoint/core/contracts/json"
import { isObject } from "@saddlepoint/core/contracts/json"
import type { AnyPlan, Trial } from "@saddlepoint/core/declare/trial"
import type { JournalStep } from "../contracts/journalStep.ts"
import type { Logged, MetricPoint } from "./batches.ts"
import type { RunStart } from "./client.ts"
import type { TrialFacts } from "./trialFacts.ts"
import { legalKey, type RunStatus } from "./values.ts"

/** Points of a series that MLflow gets; the run store keeps all. */
const mostPoints = 200

/** A run as it is to stand on the server, and the tags that it is found by. */
export interface ProjectedRun {
  readonly identity: Readonly<Record<string, string>>
  readonly start: Omit<RunStart, "experiment">
}

/** How a run ended. `endTime` in milliseconds since 1970. */
export interface RunEnd {
  readonly status: RunStatus
  readonly endTime: number
}

/** The parent of all runs of a plan. */
export function sweepRun(plan: AnyPlan, now: number): ProjectedRun {
  const { experiment, hash, profile, question, seeds, trials } = plan
  return {
    identity: { "saddlepoint.kind": "sweep", "saddlepoint.plan": hash },
    start: {
      name: profile === undefined ? experiment : `${experiment} (${profile})`,
      startTime: now,
      tags: {
        "mlflow.note.content": question,
        "mlflow.source.name": "saddlepoint",
        "mlflow.source.type": "LOCAL",
        "saddlepoint.seeds": [...seeds],
        "saddlepoint.trials": trials.length,
        ...(profile === undefined ? {} : { "saddlepoint.profile": profile }),
      },
    },
  }
}

/** The run of one trial under one execution. The same trial under another execution is another run. */
export function trialRun(plan: AnyPlan, trial: Trial, facts: TrialFacts, parent: string): ProjectedRun {
  const { commit, dirty, digest } = facts.manifest.code
  return {
    identity: { "saddlepoint.trial": trial.id, "saddlepoint.execution": facts.manifest.execution },
    start: {
      name: `${trial.arm} seed ${trial.seed}`,
      startTime: facts.base,
      tags: {
        "mlflow.parentRunId": parent,
        "mlflow.source.name": "saddlepoint",
        "mlflow.source.type": "LOCAL",
        "saddlepoint.kind": trial.kind,
        "saddlepoint.arm": trial.arm,
        "saddlepoint.role": trial.role,
        "saddlepoint.seed": trial.seed,
        "saddlepoint.plan": plan.hash,
        "saddlepoint.code": digest,
        ...(commit === undefined ? {} : { "mlflow.source.git.commit": commit }),
        ...(dirty === undefined ? {} : { "mlflow.source.git.dirty": dirty }),
      },
    },
  }
}

/**
 * Everything that decides a trial's numbers, flat: the resolved spec by its paths (`generator.width`, `losses.0.weight`),
 * the rest of the preimage under `trial.`.
 */
export function trialParams({ preimage }: Trial): Record<string, Json> {
  const { spec = {}, ...rest } = preimage
  return Object.fromEntries([...flat(spec, []), ...flat(rest, ["trial"])])
}

function* flat(value: Json, path: readonly string[]): Generator<[string, Json]> {
  const inner = isObject(value)
    ? Object.entries(value)
    : Array.isArray(value) && value.some((item) => typeof item === "object" && item !== null)
      ? [...value.entries()]
      : []
  // A list of plain values reads better whole, and what is empty would else be lost.
  if (inner.length === 0 && path.length > 0) yield [path.join("."), value]
  // A part with a point of its own is quoted, so that two paths are never one key.
  for (const [key, item] of inner) {
    const part = String(key)
    yield* flat(item, [...path, part.includes(".") ? JSON.stringify(part) : part])
  }
}

/**
 * A trial's losses over `all` its steps of training, at most about 200 points a series: the first of every equal stretch of steps, and, once the trial is
 * `over`, the last one. More steps in the journal add points and change none. A time is that of training: pauses between attempts
 * are not in it, so it is the same whenever the journal is read.
 */
export function lossPoints(
  steps: readonly JournalStep[],
  all: number,
  base: number,
  over: boolean,
): MetricPoint[] {
  const stretch = Math.max(1, Math.ceil(all / mostPoints))
  const points: MetricPoint[] = []
  const series = new Map<string, { part: number; last: MetricPoint; sent: boolean }>()
  for (const { step, seconds, losses } of steps) {
    const part = Math.floor(step / stretch)
    for (const [key, value] of Object.entries(losses)) {
      const point = { key, value, step, timestamp: Math.trunc(base + seconds * 1000) }
      const sent = series.get(key)?.part !== part
      if (sent) points.push(point)
      series.set(key, { part, last: point, sent })
    }
  }
  if (over) for (const { last, sent } of series.values()) if (!sent) points.push(last)
  return points
}

/** How a trial that is over ended; it was stopped where neither a result nor a failure is written down. */
export function trialEnd({ result, failure, base, begun, steps }: TrialFacts): RunEnd {
  if (result !== undefined) return { status: "FINISHED", endTime: Math.trunc(base + result.seconds * 1000) }
  const endTime = Math.max(begun, Math.trunc(base + (steps.at(-1)?.seconds ?? 0) * 1000))
  return { status: failure === undefined || failure.class === "preempted" ? "KILLED" : "FAILED", endTime }
}

/** What a trial's end adds: the values of the metrics, what it cost, and in words how it ended. */
export function trialOutcome(facts: TrialFacts): Logged {
  const { result, failure } = facts
  if (result === undefined) {
    return failure === undefined
      ? { tags: { "saddlepoint.status": "stopped", "saddlepoint.evidence": "" } }
      : { tags: { "saddlepoint.status": failure.class, "saddlepoint.evidence": failure.sentence } }
  }
  const { endTime } = trialEnd(facts)
  const values: Record<string, number> = {
    ...Object.fromEntries(Object.entries(result.metrics).map(([name, { value }]) => [name, value])),
    "cost/train seconds": result.trainSeconds,
    "cost/seconds": result.seconds,
    "cost/peak memory MiB": result.peakMemory,
  }
  return {
    tags: {
      "saddlepoint.status": result.status,
      // An earlier end may have left its own.
      "saddlepoint.evidence": result.evidence ?? "",
      ...(result.weightsSha256 === "" ? {} : { "saddlepoint.weights": result.weightsSha256 }),
    },
    metrics: Object.entries(values).map(([key, value]) => ({
      key,
      value,
      timestamp: endTime,
      step: result.steps,
    })),
  }
}

/** The points that lie beyond what the server has of their series. */
export function newPoints(points: readonly MetricPoint[], sent: ReadonlyMap<string, number>): MetricPoint[] {
  return points.filter(({ key, step }) => step > (sent.get(legalKey(key)) ?? Number.NEGATIVE_INFINITY))
}
