import { evaluate, evaluationBatch } from "@saddlepoint/core/evaluate"
import type { Players } from "@saddlepoint/core/game"
import type { TrialResult } from "../store/result.ts"
import type { ChildMessage } from "./childChannel.ts"
import type { OpenTrial } from "./openTrial.ts"
import { openPictures } from "./pictures.ts"

/** Judges what was learned on the held-out split, once, and draws its first examples. */
export async function judgePlayers(
  {
    request,
    engine,
    dataset,
    datasetDigest,
    metrics,
    method,
  }: OpenTrial & Required<Pick<OpenTrial, "method">>,
  players: Players,
  tell: (message: ChildMessage) => void,
): Promise<{ readonly metrics: TrialResult["metrics"]; readonly grid: Buffer }> {
  const pictures = openPictures()
  const batches = Math.ceil(dataset.splits.test.size / evaluationBatch)
  const judged = await evaluate({
    method,
    players,
    dataset,
    datasetDigest,
    metrics,
    engine,
    seed: request.trial.seed,
    async onBatch(batch, index) {
      await pictures.add(batch)
      tell({ type: "progress", phase: "judging", stage: "test", step: index + 1, steps: batches, losses: {} })
    },
  })
  return { metrics: judged, grid: await pictures.draw() }
}
