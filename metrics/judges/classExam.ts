import { type OpenDataset, realImages } from "@saddlepoint/core/contracts/dataset"
import type { ExamResult } from "@saddlepoint/core/contracts/judge"
import type { Player } from "@saddlepoint/core/contracts/player"
import { accuracyExam } from "./accuracyExam.ts"
import { heldOut } from "./heldOut.ts"

/**
 * The exam of a judge that classifies: the share of real images that it did not learn from whose class its `classLogits` tell.
 * @param of what is told
 * @param atLeast the declared bar
 */
export function classExam(
  of: string,
  atLeast: number | undefined,
  player: Player,
  dataset: OpenDataset,
): Promise<ExamResult> {
  const { split, name } = heldOut(dataset)
  return accuracyExam({
    of,
    classes: dataset.classes!.length,
    examples: split,
    image: realImages(dataset).field,
    label: "label",
    logits: (images) => player.apply(images, "evaluate").classLogits!,
    atLeast,
    held: { images: split.size, split: name },
  })
}
