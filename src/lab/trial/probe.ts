import type { PluginMap } from "@saddlepoint/core/declare/definition"
import { train } from "@saddlepoint/core/play/trainer"
import { joinState, type TrainingState } from "@saddlepoint/core/play/trainingState"
import type { Weights } from "@saddlepoint/core/play/weights"
import { openLoader } from "@saddlepoint/datasets/loader"
import type { ChildMessage, TrialRequest } from "./childChannel.ts"
import { openTrial } from "./openTrial.ts"

/** What a few steps of a trial showed. */
export interface Probe {
  /** From the start of the process until the first step could begin. */
  readonly startSeconds: number
  /** What the first steps took beyond steady ones: shapes are compiled there. */
  readonly firstStepsSeconds: number
  readonly secondsPerStep: number
  /** How many steady steps were timed; 0 for what does not learn. */
  readonly steps: number
  /** Bytes of the weights, and of a checkpoint (weights and the optimisers' state), float32. */
  readonly weightBytes: number
  readonly checkpointBytes: number
  /** Peak resident memory of the process, MiB. */
  readonly peakMemory: number
}

const firstSteps = 3
const mostSteps = 10
const mostSeconds = 2

/**
 * Plays the first steps of a trial and tells what they took; nothing is written. Of several stages only the first is seen.
 * Judging is not: the judges that it needs may not exist yet.
 */
export async function probeTrial(
  request: TrialRequest,
  definitionPlugins: PluginMap,
  tell: (message: ChildMessage) => void,
): Promise<void> {
  const { trial } = request
  const unjudged = { ...trial, preimage: { ...trial.preimage, metrics: [] } }
  const opened = await openTrial({ ...request, trial: unjudged }, definitionPlugins)
  const stages = trial.steps === 0 ? [] : opened.stages()
  const startSeconds = performance.now() / 1000
  let warm = startSeconds
  let last = startSeconds
  let played = 0
  let state: TrainingState | undefined
  if (stages.length > 0) {
    await train({
      stages,
      seed: trial.seed,
      steps: trial.steps,
      engine: opened.engine,
      openLoader,
      async onStep({ capture, step, steps, stage, losses }) {
        last = performance.now() / 1000
        played += 1
        if (played <= firstSteps) warm = last
        if (isEnough() || step === steps - 1) state = await capture()
        tell({ type: "progress", phase: "training", stage, step: step + 1, steps, losses })
      },
      stop: isEnough,
    })
  }
  function isEnough(): boolean {
    return played > firstSteps && (played >= firstSteps + mostSteps || last - warm >= mostSeconds)
  }
  const timed = Math.max(0, played - firstSteps)
  // A trial of three steps or fewer has no steady ones.
  const perStep = timed > 0 ? (last - warm) / timed : played > 0 ? (last - startSeconds) / played : 0
  tell({
    type: "probed",
    probe: {
      startSeconds,
      firstStepsSeconds: Math.max(0, last - startSeconds - perStep * played),
      secondsPerStep: perStep,
      steps: timed,
      weightBytes: state === undefined ? 0 : bytesOf(state.players),
      checkpointBytes: state === undefined ? 0 : bytesOf(joinState(state)),
      peakMemory: process.resourceUsage().maxRSS / 1024,
    },
  })
  opened.engine.dispose()
}

function bytesOf(weights: Weights): number {
  return Object.values(weights).reduce((sum, { values }) => sum + 4 * values.length, 0)
}
