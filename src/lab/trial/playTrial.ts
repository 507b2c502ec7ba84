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
import { openAttempt } from "../store/attempts/attempt.ts"
import { findResumption } from "../store/attempts/resume.ts"
import { attemptFacts } from "./attemptFacts.ts"
import type { Confined } from "./confinement/confine.ts"
import { examine } from "./examining.ts"
import { judgeEach } from "./judgeEach.ts"
import { learn } from "./learning.ts"
import { listenForLeaving } from "./leaving.ts"
import { lookBack } from "./lookBack.ts"
import { openTrial } from "./openTrial.ts"
import { openStills } from "./stills.ts"

/**
 * Plays one trial to its published result; what a trial's process does. Goes on from the farthest checkpoint that
 * earlier attempts left, and leaves behind another where it is asked to leave.
 * @param definitionPlugins those of the trial's definition
 */
export async function playTrial(
  request: TrialRequest<PlayTask>,
  definitionPlugins: PluginMap,
  tell: (message: ChildMessage) => void,
  judgingPlugins?: () => Promise<PluginMap>,
  confined?: Confined,
): Promise<void> {
  const started = performance.now()
  const leaving = listenForLeaving()
  const opened = await openTrial(request, definitionPlugins, judgingPlugins, confined)
  const { engine, method, judge, reach } = opened
  const { trial, store, experiment, execution } = request
  const resumption = reach(() => findResumption(store, experiment, trial, execution, request.attempt))
  const stages = opened.stages()
  const facts = await reach(() => attemptFacts(opened, stages, resumption))
  const attempt = openAttempt(store, experiment, trial, execution, facts, request.attempt)
  for (const line of resumption?.steps ?? []) attempt.journal(line)
  const resumed = resumption && { attempt: resumption.attempt, step: resumption.step }
  if (resumed !== undefined) attempt.journal({ event: "resumed", ...resumed })
  tell({ type: "started", attempt: attempt.number, ...(resumed === undefined ? {} : { resumed }) })

  const stills = openStills(opened, attempt, resumption)
  const opening = since(started)
  const learnt = await learn(opened, stages, attempt, resumption, leaving, tell, stills)
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
  const weightsSha256 = stages.length === 0 ? "" : weightsDigest(weights)
  let trouble: unknown
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
      const judged = await judgeEach({ ...opened, method }, learnt.players, tell)
      // What was learnt is kept, whatever a metric says: it is judged again in a later attempt.
      trouble = judged.trouble
      const { found, kept } = judged
      for (const { name, file, bytes } of kept) artifacts[name] = attempt.artifact(file, bytes)
      for (const { asked, values } of found) attempt.judge(asked, { execution, weightsSha256 }, values)
      try {
        // Also where a metric failed: snapshots are looked at in no later attempt.
        const metrics = await opened.metrics().catch(() => [])
        const moments = await lookBack({ ...opened, method }, learnt.players, metrics, learnt.steps)
        if (moments !== undefined) {
          artifacts.moments = attempt.artifact("moments.json", `${JSON.stringify(moments)}\n`)
        }
      } catch (error) {
        trouble ??= error
      }
    }
  }
  attempt.journal({ event: "engine", ...engine.memory() })
  attempt.finish({
    schema: 3,
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
    weightsSha256,
    parameters: parameterCounts(learnt.players),
    ...(exam === undefined ? {} : { exam }),
    peakMemory: process.resourceUsage().maxRSS / 1024,
    artifacts,
    execution,
  })
  if (trouble !== undefined) throw trouble
  tell({ type: "finished", status })
  engine.dispose()
}

/** Seconds since a reading of the clock. */
function since(started: number): number {
  return (performance.now() - started) / 1000
}
