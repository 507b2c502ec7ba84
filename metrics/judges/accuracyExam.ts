import type { Split } from "@saddlepoint/core/contracts/dataset"
import type { ExamResult } from "@saddlepoint/core/contracts/judge"
import type { Values } from "@saddlepoint/core/contracts/player"
import { readBatch } from "@saddlepoint/core/play/loader"
import { toTensors } from "@saddlepoint/core/play/toTensors"
import * as tf from "@saddlepoint/engine/tf"
import { countConfusion } from "../maths/adaptation/confusion.ts"
import { fcnScore } from "../maths/images/fcnScore.ts"

/** What is asked, of whom, and where the answers are. */
export interface AccuracyExam {
  /** What is told: `classes`, `transformations`. */
  readonly of: string
  readonly classes: number
  /** The examples that are asked, and the fields of the image and of its label: int32 `[]`, or `[height, width]`. */
  readonly examples: Split
  readonly image: string
  readonly label: string
  /** Logits `[batch, ...label, classes]` of images. */
  readonly logits: (images: Values) => tf.Tensor
  /** The declared bar; `usualBar` where left out. */
  readonly atLeast: number | undefined
  /** Images that the examples were made of, and their split. */
  readonly held: Pick<ExamResult, "images" | "split">
}

/** Examples at a time, and at most; of more, so many are taken, evenly spread. */
const batch = 32
const most = 2048

/**
 * The bar of a judge that declares none: an eighth of the way from chance to 1. A network that has learnt nothing is at chance, give or
 * take a standard error of at most 0.07 (`heldOut`); the judges of this repository are above the bar on all its datasets, as
 * `judges/README.md` measures, least on the twelve classes of the CMP facades.
 */
export function usualBar(chance: number): number {
  return chance + (1 - chance) / 8
}

/** The share of the examples (or pixels) that were given their class; chance is what naming the commonest class scores. */
export async function accuracyExam(exam: AccuracyExam): Promise<ExamResult> {
  const { classes, examples, image, label, logits, of, held } = exam
  const asked = Math.min(most, examples.size)
  const confusion = new Float64Array(classes * classes)
  for (let start = 0; start < asked; start += batch) {
    const places = Array.from({ length: Math.min(batch, asked - start) }, (_, i) =>
      Math.floor(((start + i) * examples.size) / asked),
    )
    const read = await readBatch(examples, places)
    const shown = toTensors({ image: read[image]! })
    const answers = tf.tidy(() => tf.argMax(logits(shown), -1))
    try {
      countConfusion(confusion, classes, read[label]!.values, await answers.data())
    } finally {
      tf.dispose([shown, answers])
    }
  }
  const { pixelAccuracy: value } = fcnScore(confusion, classes, "skipped")
  const chance = commonestShare(confusion, classes)
  return { score: `accuracy of ${of}`, value, chance, atLeast: exam.atLeast ?? usualBar(chance), ...held }
}

/** Share of the commonest label of a confusion matrix. */
function commonestShare(confusion: Float64Array, classes: number): number {
  const counts = Array.from({ length: classes }, (_, label) =>
    confusion.subarray(label * classes, (label + 1) * classes).reduce((sum, count) => sum + count, 0),
  )
  return Math.max(...counts) / counts.reduce((sum, count) => sum + count, 0)
}
