import type { Players } from "@saddlepoint/core/contracts/game"
import type { PluginMap } from "@saddlepoint/core/declare/definition"
import { untrainedPlayers } from "@saddlepoint/core/play/trainer"
import type { ChildMessage } from "../contracts/childMessage.ts"
import type { EvaluateTask, TrialRequest } from "../contracts/trialRequest.ts"
import { openAttempt } from "../store/attempts/attempt.ts"
import { trialFolder } from "../store/files/layout.ts"
import { type PublishedResult, publishedResult } from "../store/trials/trialRecord.ts"
import { attemptFacts } from "./attemptFacts.ts"
import type { Confined } from "./confinement/confine.ts"
import { judgeEach } from "./judgeEach.ts"
import { restoreKept, UnfitWeights } from "./keptWeights.ts"
import { openTrial } from "./openTrial.ts"
import { Refusal } from "./refusal.ts"

/**
 * Judges a trial that was trained before by its kept weights, as if it had just been; what a process does that is asked to evaluate.
 * Nothing is trained.
 * @param definitionPlugins those of the trial and of its metrics
 */
export async function evaluateTrial(
  request: TrialRequest<EvaluateTask>,
  definitionPlugins: PluginMap,
  tell: (message: ChildMessage) => void,
  judgingPlugins?: () => Promise<PluginMap>,
  confined?: Confined,
): Promise<void> {
  const opened = await openTrial(request, definitionPlugins, judgingPlugins, confined)
  const { engine, method, reach } = opened
  const { trial, store, experiment, execution } = request
  const published = reach(() => publishedResult(store, experiment, trial.id, execution))
  if (published === undefined || method === undefined) {
    throw new Error(`Expected a result of the trial ${trial.id} to judge, but there is none.`)
  }
  const stages = opened.stages()
  const facts = await reach(() => attemptFacts(opened, stages))
  const attempt = openAttempt(store, experiment, trial, execution, facts, request.attempt)
  tell({ type: "started", attempt: attempt.number })
  const { weightsSha256 } = published.result
  const players = stages.length === 0 ? {} : untrainedPlayers(stages, trial.seed, trial.steps)
  const home = trialFolder(store, experiment, trial.id)
  if (stages.length > 0) reach(() => takeUp(players, published, home))
  const { found, trouble } = await judgeEach({ ...opened, method }, players, tell)
  for (const { asked, values } of found) attempt.judge(asked, { execution, weightsSha256 }, values)
  attempt.journal({ event: "engine", ...engine.memory() })
  attempt.close()
  if (trouble !== undefined) throw trouble
  tell({ type: "finished", status: "completed" })
  engine.dispose()
}

function takeUp(players: Players, published: PublishedResult, home: string): void {
  try {
    restoreKept(players, published)
  } catch (error) {
    if (!(error instanceof UnfitWeights)) throw error
    throw new Refusal(
      `Expected the weights of the trial ${published.result.trial} at ${error.path}, as its training left them, but ${error.message}; ` +
        `delete ${home}, and run again: the trial is trained again, and judged.`,
    )
  }
}
