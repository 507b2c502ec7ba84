import type { ClassifierModel } from "../../contracts/classifier.ts"
import type { RecordedPlayer } from "./recordedPlayer.ts"

/** A classifier model whose players were made before. */
export function givenClassifier(
  { features, classes }: { readonly features: RecordedPlayer; readonly classes: RecordedPlayer },
  size: number,
): ClassifierModel {
  return {
    part: "classifier",
    takes: { image: "always" },
    gives: ["features"],
    batchStatistics: false,
    player: () => features,
    features: () => features,
    head: () => classes,
    size: () => size,
  }
}
