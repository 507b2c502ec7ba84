import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { ReadyMetric } from "@saddlepoint/core/answer/evaluate"
import type { OpenDataset } from "@saddlepoint/core/contracts/dataset"
import type { OpenNetwork } from "@saddlepoint/core/contracts/givenNetwork"
import type { JsonObject } from "@saddlepoint/core/contracts/json"
import { isGiven, type TrainedJudge } from "@saddlepoint/core/contracts/judge"
import { build } from "@saddlepoint/core/declare/decode/resolve"
import type { PluginMap } from "@saddlepoint/core/declare/definition"
import { judgeSpecs, judgeTrial } from "@saddlepoint/core/declare/judgeTrials"
import type { OtherSplit } from "@saddlepoint/core/declare/preimage"
import { decodeSafetensors } from "@saddlepoint/core/play/safetensors"
import { untrainedPlayers } from "@saddlepoint/core/play/trainer"
import { restore, weightsDigest, weightsOf } from "@saddlepoint/core/play/weights"
import type { Engine } from "@saddlepoint/engine/engine"
import type { TrialRequest } from "../contracts/trialRequest.ts"
import { trialFolder } from "../store/files/layout.ts"
import { publishedResult } from "../store/trials/trialRecord.ts"
import { Refusal } from "./refusal.ts"

/** The metrics of a trial, each with its judges: as their own trials left them, or from their files. */
export async function readyMetrics(
  request: TrialRequest,
  plugins: PluginMap,
  dataset: OpenDataset,
  engine: Engine,
): Promise<readonly ReadyMetric[]> {
  const { preimage, source } = request.trial
  const { metrics = [], data: digest, split } = preimage as unknown as ArmPreimage
  const ready: ReadyMetric[] = []
  for (const metricSpec of metrics) {
    const metric = build("metric", metricSpec, plugins)
    const specs = judgeSpecs(metricSpec, plugins)
    const judges: Record<string, OpenNetwork> = {}
    for (const [name, judge] of Object.entries(metric.judges)) {
      if (isGiven(judge)) judges[name] = await judge.open(engine)
      else {
        const { id } = judgeTrial(specs.get(name)!, { data: source, digest, split }, plugins)
        judges[name] = trainedJudge(request, id, judge, dataset)
      }
    }
    ready.push({ metric, judges })
  }
  return ready
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
  judge: TrainedJudge,
  dataset: OpenDataset,
): OpenNetwork {
  const published = publishedResult(store, experiment, id, execution)
  const file = published?.result.artifacts.weights
  if (published === undefined || file === undefined) {
    throw new Error(
      `Expected the judge ${id} to be trained before this trial, but the run store has no weights of it.`,
    )
  }
  const players = untrainedPlayers(judge.stages(dataset), judge.seed, judge.steps)
  const path = join(published.folder, file)
  const unfit = (what: string) =>
    new Refusal(
      `Expected the weights of the judge ${id} at ${path}, as its training left them, but ${what}; ` +
        `delete ${trialFolder(store, experiment, id)}, and run again: the judge is played again, and then what needs it.`,
    )
  if (!existsSync(path)) throw unfit("there is no such file")
  try {
    restore(players, decodeSafetensors(readFileSync(path)))
  } catch (error) {
    throw unfit(`they cannot be read (${(error as Error).message.replace(/\.$/, "")})`)
  }
  if (weightsDigest(weightsOf(players)) !== published.result.weightsSha256) {
    throw unfit("they were changed: their digest is not the one in the judge's result")
  }
  const player = players[judge.player]!
  return { player, digest: weightsDigest(weightsOf({ [judge.player]: player })) }
}
