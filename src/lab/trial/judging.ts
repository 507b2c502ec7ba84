import { evaluate, evaluationBatch } from "@saddlepoint/core/evaluate"
import type { Players } from "@saddlepoint/core/game"
import type { TrialResult } from "../store/result.ts"
import { openAnswers } from "./answers.ts"
import type { ChildMessage } from "./childChannel.ts"
import type { OpenTrial } from "./openTrial.ts"
import { openPictures } from "./pictures.ts"

/** What judging leaves beside the values: a file by the name of its artifact. */
export interface Judged {
  readonly metrics: TrialResult["metrics"]
  readonly artifact: { readonly name: "grid" | "answers"; readonly file: string; readonly bytes: Buffer }
}

/** Judges what was learned on the held-out data, once; draws its first images, or keeps every class that was answered. */
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
): Promise<Judged> {
  const classifies = method.requires === "adaptation"
  const pictures = openPictures()
  const answers = openAnswers(dataset.classes ?? [])
  const splits = [dataset.splits.test, ...(dataset.sourceTest === undefined ? [] : [dataset.sourceTest])]
  const batches = splits.reduce((sum, { size }) => sum + Math.ceil(size / evaluationBatch), 0)
  const judged = await evaluate({
    method,
    players,
    dataset,
    datasetDigest,
    metrics,
    engine,
    seed: request.trial.seed,
    async onBatch(batch, index) {
      await (classifies ? answers : pictures).add(batch)
      tell({ type: "progress", phase: "judging", stage: "test", step: index + 1, steps: batches, losses: {} })
    },
  })
  return {
    metrics: judged,
    artifact: classifies
      ? { name: "answers", file: "answers.json", bytes: answers.written() }
      : { name: "grid", file: "grid.png", bytes: await pictures.draw() },
  }
}
