import { evaluate, evaluationBatch } from "@saddlepoint/core/answer/evaluate"
import type { Players } from "@saddlepoint/core/contracts/game"
import type { TrialResult } from "../store/result.ts"
import { openAnswers } from "./answers.ts"
import type { ChildMessage } from "./childChannel.ts"
import { keptFeatures } from "./features.ts"
import type { OpenTrial } from "./openTrial.ts"
import { openPictures } from "./pictures.ts"
import { keptTranslations } from "./translations.ts"

/** What judging leaves beside the values: files by the names of their artifacts. */
export interface Judged {
  readonly metrics: TrialResult["metrics"]
  readonly kept: readonly KeptFile[]
}

interface KeptFile {
  readonly name: "grid" | "answers" | "features"
  readonly file: string
  readonly bytes: Buffer
}

/**
 * Judges what was learned on the held-out data, once. Draws its first images; of a method that classifies it keeps every class
 * that was answered, the features of the first images, and first translations where there are any.
 */
export async function judgePlayers(
  opened: OpenTrial & Required<Pick<OpenTrial, "method">>,
  players: Players,
  tell: (message: ChildMessage) => void,
): Promise<Judged> {
  const { request, engine, dataset, datasetDigest, metrics, method } = opened
  const pictures = openPictures()
  const answers = openAnswers(dataset.classes ?? [])
  const splits = [dataset.splits.test, ...(dataset.sourceTest === undefined ? [] : [dataset.sourceTest])]
  const batches = splits.reduce((sum, { size }) => sum + Math.ceil(size / evaluationBatch), 0)
  let features: Buffer | undefined
  const judged = await evaluate({
    method,
    players,
    dataset,
    datasetDigest,
    metrics,
    engine,
    seed: request.trial.seed,
    async onChosen(chosen) {
      if (method.requires === "adaptation") features = await keptFeatures(method, chosen, opened)
    },
    async onBatch(batch, index) {
      await (method.requires === "adaptation" ? answers : pictures).add(batch)
      tell({ type: "progress", phase: "judging", stage: "test", step: index + 1, steps: batches, losses: {} })
    },
  })
  if (method.requires !== "adaptation") {
    return { metrics: judged, kept: [{ name: "grid", file: "grid.png", bytes: await pictures.draw() }] }
  }
  const translations = await keptTranslations(method, players, opened)
  return {
    metrics: judged,
    kept: [
      { name: "answers", file: "answers.json", bytes: answers.written() },
      ...(features === undefined
        ? []
        : [{ name: "features" as const, file: "features.safetensors", bytes: features }]),
      ...(translations === undefined
        ? []
        : [{ name: "grid" as const, file: "grid.png", bytes: translations }]),
    ],
  }
}
