import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { OpenDataset } from "@saddlepoint/core/dataset"
import type { PluginMap } from "@saddlepoint/core/definition"
import type { ReadyMetric } from "@saddlepoint/core/evaluate"
import type { JsonObject } from "@saddlepoint/core/json"
import type { Judge } from "@saddlepoint/core/judge"
import type { MetricWorld } from "@saddlepoint/core/metric"
import { judgeSpecs, judgeTrial, type OtherSplit } from "@saddlepoint/core/plan"
import { build } from "@saddlepoint/core/resolve"
import { decodeSafetensors } from "@saddlepoint/core/safetensors"
import { untrainedPlayers } from "@saddlepoint/core/trainer"
import { restore, weightsDigest, weightsOf } from "@saddlepoint/core/weights"
import { publishedResult } from "../store/runStore.ts"
import type { TrialRequest } from "./childChannel.ts"

/** The metrics of a trial, each with its judges as their own trials left them. */
export function trainedMetrics(
  request: TrialRequest,
  plugins: PluginMap,
  dataset: OpenDataset,
): readonly ReadyMetric[] {
  const { preimage, source } = request.trial
  const { metrics = [], data: digest, split } = preimage as unknown as ArmPreimage
  return metrics.map((metricSpec) => {
    const metric = build("metric", metricSpec, plugins)
    const specs = judgeSpecs(metricSpec, plugins)
    const trained = Object.entries(metric.judges).map(([name, judge]) => {
      const { id } = judgeTrial(specs.get(name)!, { data: source, digest, split }, plugins)
      return [name, trainedJudge(request, id, judge, dataset)] as const
    })
    return { metric, judges: Object.fromEntries(trained) }
  })
}

/** What an arm's or a control's preimage holds of its metrics and its dataset. */
interface ArmPreimage {
  readonly metrics?: readonly JsonObject[]
  /** Digest of the dataset. */
  readonly data: string
  readonly split?: OtherSplit
}

function trainedJudge(
  { store, experiment, execution }: TrialRequest,
  id: string,
  judge: Judge,
  dataset: OpenDataset,
): MetricWorld["judges"][string] {
  const published = publishedResult(store, experiment, id, execution)
  const file = published?.result.artifacts.weights
  if (published === undefined || file === undefined) {
    throw new Error(
      `Expected the judge ${id} to be trained before this trial, but the run store has no weights of it.`,
    )
  }
  const players = untrainedPlayers(judge.stages(dataset), judge.seed, judge.steps)
  restore(players, decodeSafetensors(readFileSync(join(published.folder, file))))
  const player = players[judge.player]!
  return { player, digest: weightsDigest(weightsOf({ [judge.player]: player })) }
}
