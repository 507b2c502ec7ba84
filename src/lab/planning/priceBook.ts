import { statSync } from "node:fs"
import { dirname, join } from "node:path"
import type { Plan, Trial } from "@saddlepoint/core/declare/trial"
import type { Probe } from "../contracts/probe.ts"
import { readManifest } from "../store/attempts/manifest.ts"
import { listFolder, readJson, writeJson } from "../store/files/durable.ts"
import { attemptFolder, trialFolder, trialsFolder } from "../store/files/layout.ts"
import { newest, readPublished } from "../store/results/publication.ts"
import { allTrials } from "../store/trials/allTrials.ts"
import { type Price, priceKey } from "./price.ts"

/** A probe as `STORE/<experiment>/prices.json` keeps it, by price key and execution. */
export interface KeptProbe extends Probe {
  readonly key: string
  readonly execution: string
  /** ISO 8601, UTC. */
  readonly date: string
}

/** Checkpoints are written by time; a trial that is shorter than this leaves none. */
const secondsBetweenCheckpoints = 60

/** So many finished trials of an arm are read; they are alike, and a plan may have thousands. */
const sample = 5

/**
 * Looks up what a trial of an arm costs: from finished trials of the arm in this plan, else from the newest probe of the
 * same spec, data and metrics.
 */
export function openPriceBook(
  plan: Plan,
  store: string,
  done: ReadonlySet<string>,
): (trial: Trial) => Price | undefined {
  const finished = new Map<string, Trial[]>()
  for (const trial of allTrials(plan)) {
    if (!done.has(trial.id)) continue
    const known = finished.get(trial.arm)
    if (known === undefined) finished.set(trial.arm, [trial])
    else if (known.length < sample) known.push(trial)
  }
  const probes = readProbes(store, plan.experiment)
  return (trial) =>
    priceOfResults(store, plan.experiment, finished.get(trial.arm) ?? []) ?? priceOfProbe(trial, probes)
}

function priceOfResults(store: string, experiment: string, trials: readonly Trial[]): Price | undefined {
  const found = trials.flatMap(({ id, steps: budget }) => {
    const stored = newest(readPublished(trialFolder(store, experiment, id), id).results.values())
    if (stored === undefined) return []
    const { steps, trainSeconds, seconds } = stored.result
    const folder = attemptFolder(store, experiment, id, stored.attempt)
    const all = readManifest(folder)?.trainingSteps ?? budget
    const perStep = steps === 0 ? 0 : (trainSeconds / steps) * (all / budget)
    // A resumed trial's training seconds reach back before its process began.
    return [{ perStep, other: Math.max(0, seconds - trainSeconds), bytes: folderBytes(folder) }]
  })
  if (found.length === 0) return undefined
  return {
    secondsPerStep: median(found.map(({ perStep }) => perStep)),
    otherSeconds: median(found.map(({ other }) => other)),
    diskBytes: median(found.map(({ bytes }) => bytes)),
    from: "results",
  }
}

function priceOfProbe(trial: Trial, probes: readonly KeptProbe[]): Price | undefined {
  const key = priceKey(trial)
  const probe = probes.findLast((candidate) => candidate.key === key)
  if (probe === undefined) return undefined
  const { secondsPerStep, startSeconds, firstStepsSeconds, weightBytes, checkpointBytes } = probe
  const isLong = secondsPerStep * trial.steps >= secondsBetweenCheckpoints
  return {
    secondsPerStep,
    otherSeconds: startSeconds + firstStepsSeconds,
    diskBytes: weightBytes + (isLong ? checkpointBytes : 0),
    from: "probe",
  }
}

/** The probes of an experiment, oldest first. A damaged file has none: they are only measured again. */
export function readProbes(store: string, experiment: string): readonly KeptProbe[] {
  const read = readJson(pricesFile(store, experiment))
  if (typeof read === "string" || read.value.schema !== 1 || !Array.isArray(read.value.probes)) return []
  return read.value.probes.filter(isProbe)
}

/** Keeps a probe in place of an older one of the same key and execution. */
export function keepProbe(store: string, experiment: string, probe: KeptProbe): void {
  const others = readProbes(store, experiment).filter(
    ({ key, execution }) => key !== probe.key || execution !== probe.execution,
  )
  writeJson(pricesFile(store, experiment), { schema: 1, probes: [...others, probe] })
}

function pricesFile(store: string, experiment: string): string {
  return join(dirname(trialsFolder(store, experiment)), "prices.json")
}

function isProbe(value: unknown): value is KeptProbe {
  if (typeof value !== "object" || value === null) return false
  const { key, execution, ...rest } = value as Record<string, unknown>
  const numbers = [
    rest.secondsPerStep,
    rest.startSeconds,
    rest.firstStepsSeconds,
    rest.weightBytes,
    rest.checkpointBytes,
  ]
  return typeof key === "string" && typeof execution === "string" && numbers.every(Number.isFinite)
}

/** Bytes of all files below a folder. */
function folderBytes(folder: string): number {
  return listFolder(folder).reduce((sum, name) => {
    const about = statSync(join(folder, name), { throwIfNoEntry: false })
    if (about === undefined) return sum
    return sum + (about.isDirectory() ? folderBytes(join(folder, name)) : about.size)
  }, 0)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
