import type { Stage } from "@saddlepoint/core/contracts/game"
import { stepsOf } from "@saddlepoint/core/play/trainer"
import { describeDataset } from "../store/attempts/datasetFacts.ts"
import { formOf } from "../store/attempts/datasetForm.ts"
import type { ManifestFacts } from "../store/attempts/manifest.ts"
import type { OpenTrial } from "./openTrial.ts"

/** What a manifest says that whoever opens the trial again finds anew. */
export type RecomputedFacts = Pick<ManifestFacts, "answers" | "trainingSteps" | "dataset" | "form">

/** @param cache folder that may know the dataset's splits; they are read whole where it is left out */
export async function recomputedFacts(
  { request, data, dataset, datasetDigest, method }: OpenTrial,
  stages: readonly Stage[],
  cache?: string,
): Promise<RecomputedFacts> {
  const { trial } = request
  const makesImages = trial.kind === "arm" && method !== undefined && method.answers !== "classes"
  return {
    ...(method === undefined ? {} : { answers: method.answers }),
    trainingSteps: stepsOf(stages, trial.steps).reduce((sum, steps) => sum + steps, 0),
    dataset: await describeDataset(data, dataset, trial, datasetDigest, cache),
    ...(makesImages ? { form: formOf(dataset) } : {}),
  }
}
