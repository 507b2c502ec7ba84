import type { PluginMap } from "@saddlepoint/core/declare/definition"
import { train } from "@saddlepoint/core/play/trainer"
import { joinState, type TrainingState } from "@saddlepoint/core/play/trainingState"
import type { Weights } from "@saddlepoint/core/play/weights"
import { openLoader } from "@saddlepoint/datasets/loader"
import type { ChildMessage } from "../contracts/childMessage.ts"
import type { ProbeTask, TrialRequest } from "../contracts/trialRequest.ts"
import type { Confined } from "./confinement/confine.ts"
import { openTrial } from "./openTrial.ts"

const firstSteps = 3
const mostSteps = 10
const mostSeconds = 2

/**
 * Plays the first steps of a trial and tells what they took; nothing is written. Of several stages only the first is seen.
 * Judging is not: the judges that it needs may not exist yet.
 */
export async function probeTrial(
  request: TrialRequest<ProbeTask>,
  definitionPlugins: PluginMap,
  tell: (message: ChildMessage) => void,
  confined?: Confined,
): Promise<void> {
  const { trial } = request
  const opened = await openTrial({ ...request, judging: [] }, definitionPlugins, undefined, confined)
  const stages = trial.steps === 0 ? [] : opened.stages()
  const startSeconds = performance.now() / 1000
  let warm = startSeconds
  let last = startSeconds
  let played = 0
  // How many steps of training the budget's steps are.
  let all = trial.steps
  let state: TrainingState | undefined
  if (stages.length > 0) {
    await train({
      stages,
      seed: trial.seed,
      steps: trial.steps,
      engine: opened.engine,
      given: opened.given,
      openLoader,
      async onStep({ capture, step, steps, stage, losses }) {
        last = performance.now() / 1000
        played += 1
        all = steps
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
      secondsPerStep: trial.steps === 0 ? 0 : (perStep * all) / trial.steps,
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
