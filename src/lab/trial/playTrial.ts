import type { Stage } from "@saddlepoint/core/contracts/game"
import type { PluginMap } from "@saddlepoint/core/declare/definition"
import { encodeSafetensors } from "@saddlepoint/core/play/safetensors"
import {
  fetchWeights,
  firstNonFinite,
  parameterCounts,
  weightsDigest,
  weightsOf,
} from "@saddlepoint/core/play/weights"
import type { ChildMessage } from "../contracts/childMessage.ts"
import type { TrialResult } from "../contracts/result.ts"
import type { PlayTask, TrialRequest } from "../contracts/trialRequest.ts"
import { attemptNumbers, openAttempt } from "../store/attempts/attempt.ts"
import type { ManifestFacts } from "../store/attempts/manifest.ts"
import {
  describeDefinition,
  describeNumerics,
  describeParent,
  describeRandomness,
} from "../store/attempts/manifestFacts.ts"
import { findResumption, type Resumption } from "../store/attempts/resume.ts"
import { cacheFolder, trialFolder } from "../store/files/layout.ts"
import { examine } from "./examining.ts"
import { judgePlayers } from "./judging.ts"
import { learn } from "./learning.ts"
import { listenForLeaving } from "./leaving.ts"
import { type OpenTrial, openTrial } from "./openTrial.ts"
import { recomputedFacts } from "./recomputedFacts.ts"

/**
 * Plays one trial to its published result; what a trial's process does. Goes on from the farthest checkpoint that
 * earlier attempts left, and leaves behind another where it is asked to leave.
 * @param definitionPlugins those of the trial's definition
 */
export async function playTrial(
  request: TrialRequest<PlayTask>,
  definitionPlugins: PluginMap,
  tell: (message: ChildMessage) => void,
): Promise<void> {
  const started = performance.now()
  const leaving = listenForLeaving()
  const opened = await openTrial(request, definitionPlugins)
  const { engine, method, judge } = opened
  const { trial, store, experiment, execution } = request
  const resumption = findResumption(store, experiment, trial, execution, request.attempt)
  const stages = opened.stages()
  const facts = await factsOf(opened, stages, resumption)
  const attempt = openAttempt(store, experiment, trial, execution, facts, request.attempt)
  for (const line of resumption?.steps ?? []) attempt.journal(line)
  const resumed = resumption && { attempt: resumption.attempt, step: resumption.step }
  if (resumed !== undefined) attempt.journal({ event: "resumed", ...resumed })
  tell({ type: "started", attempt: attempt.number, ...(resumed === undefined ? {} : { resumed }) })

  const opening = since(started)
  const learnt = await learn(opened, stages, attempt, resumption, leaving, tell)
  if (learnt.status === "stopped") {
    tell({ type: "left", step: learnt.steps })
    return
  }
  leaving.atOnce()
  const training = since(started) - opening
  await fetchWeights(learnt.players)
  const weights = weightsOf(learnt.players)
  const broken = learnt.status === "completed" ? firstNonFinite(weights) : undefined
  const status = broken === undefined ? learnt.status : "diverged"
  const evidence =
    broken === undefined ? learnt.evidence : `${broken} is not finite after ${learnt.steps} steps.`

  const artifacts: Record<string, string> = {}
  let judged: TrialResult["metrics"] = {}
  let exam: TrialResult["exam"]
  if (status === "completed") {
    if (stages.length > 0) {
      artifacts.weights = attempt.artifact("weights.safetensors", encodeSafetensors(weights))
    }
    if (judge !== undefined) {
      exam = await examine({ ...opened, judge }, learnt.players, (result) =>
        attempt.journal({ event: "exam", ...result }),
      )
    }
    if (method !== undefined) {
      const { metrics: values, kept } = await judgePlayers({ ...opened, method }, learnt.players, tell)
      judged = values
      for (const { name, file, bytes } of kept) artifacts[name] = attempt.artifact(file, bytes)
    }
  }
  attempt.journal({ event: "engine", ...engine.memory() })
  attempt.finish({
    schema: 1,
    trial: trial.id,
    kind: trial.kind,
    arm: trial.arm,
    role: trial.role,
    seed: trial.seed,
    status,
    ...(evidence === undefined ? {} : { evidence }),
    trainSeconds: learnt.trainSeconds,
    seconds: since(started),
    phases: { opening, training, judging: since(started) - opening - training },
    steps: learnt.steps,
    weightsSha256: stages.length === 0 ? "" : weightsDigest(weights),
    parameters: parameterCounts(learnt.players),
    metrics: judged,
    ...(exam === undefined ? {} : { exam }),
    peakMemory: process.resourceUsage().maxRSS / 1024,
    artifacts,
    execution,
  })
  tell({ type: "finished", status })
  engine.dispose()
}

/** Seconds since a reading of the clock. */
function since(started: number): number {
  return (performance.now() - started) / 1000
}

async function factsOf(
  opened: OpenTrial<PlayTask>,
  stages: readonly Stage[],
  resumption: Resumption | undefined,
): Promise<ManifestFacts> {
  const { request, engine } = opened
  const { trial, store, experiment, profile } = request
  const before = attemptNumbers(trialFolder(store, experiment, trial.id)).filter((n) => n < request.attempt)
  return {
    plan: { hash: request.planHash, ...(profile === undefined ? {} : { profile }) },
    definition: describeDefinition(request.definition, profile, request.overrides),
    ...(request.declared === undefined ? {} : { declared: request.declared }),
    randomness: describeRandomness(trial),
    numerics: describeNumerics(engine.identity),
    engine: engine.identity,
    code: request.code,
    ...(await recomputedFacts(opened, stages, cacheFolder(store))),
    ...(resumption === undefined ? {} : { parent: describeParent(resumption) }),
    restarts: before.length,
  }
}
