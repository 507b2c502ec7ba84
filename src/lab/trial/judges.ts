import type { ReadyMetric } from "@saddlepoint/core/answer/evaluate"
import type { OpenDataset } from "@saddlepoint/core/contracts/dataset"
import type { OpenNetwork } from "@saddlepoint/core/contracts/givenNetwork"
import type { JsonObject } from "@saddlepoint/core/contracts/json"
import { isGiven, type TrainedJudge } from "@saddlepoint/core/contracts/judge"
import { build } from "@saddlepoint/core/declare/decode/resolve"
import type { PluginMap } from "@saddlepoint/core/declare/definition"
import { judgesOf } from "@saddlepoint/core/declare/evaluations"
import { untrainedPlayers } from "@saddlepoint/core/play/trainer"
import { weightsDigest, weightsOf } from "@saddlepoint/core/play/weights"
import type { Engine } from "@saddlepoint/engine/engine"
import type { AskedEvaluation } from "../contracts/evaluation.ts"
import type { TrialRequest } from "../contracts/trialRequest.ts"
import { trialFolder } from "../store/files/layout.ts"
import { publishedResult } from "../store/trials/trialRecord.ts"
import { restoreKept, UnfitWeights } from "./keptWeights.ts"
import { Refusal } from "./refusal.ts"

/** A metric with its judges, and the evaluation that it makes. */
export interface AskedMetric extends ReadyMetric {
  readonly asked: AskedEvaluation
}

/** The metrics that a trial is to be judged by, each with its judges: as their own trials left them, or from their files. */
export async function readyMetrics(
  request: TrialRequest,
  plugins: PluginMap,
  dataset: OpenDataset,
  engine: Engine,
): Promise<readonly AskedMetric[]> {
  const ready: AskedMetric[] = []
  for (const asked of request.judging) {
    const metric = build("metric", asked.preimage.metric as JsonObject, plugins)
    const trained = judgesOf(asked)
    const judges: Record<string, OpenNetwork> = {}
    for (const [name, judge] of Object.entries(metric.judges)) {
      judges[name] = isGiven(judge)
        ? await judge.open(engine)
        : trainedJudge(request, trained[name]!, judge, dataset)
    }
    ready.push({ metric, judges, asked })
  }
  return ready
}

function trainedJudge(
  { store, experiment, execution, judges }: TrialRequest,
  id: string,
  judge: TrainedJudge,
  dataset: OpenDataset,
): OpenNetwork {
  const published = publishedResult(store, experiment, id, judges[id] ?? execution)
  const file = published?.result.artifacts.weights
  if (published === undefined || file === undefined) {
    throw new Error(
      `Expected the judge ${id} to be trained before this trial, but the run store has no weights of it.`,
    )
  }
  const players = untrainedPlayers(judge.stages(dataset), judge.seed, judge.steps)
  try {
    restoreKept(players, published)
  } catch (error) {
    if (!(error instanceof UnfitWeights)) throw error
    throw new Refusal(
      `Expected the weights of the judge ${id} at ${error.path}, as its training left them, but ${error.message}; ` +
        `delete ${trialFolder(store, experiment, id)}, and run again: the judge is played again, and then what needs it.`,
    )
  }
  const player = players[judge.player]!
  return { player, digest: weightsDigest(weightsOf({ [judge.player]: player })) }
}
