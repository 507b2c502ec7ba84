import { addConfusion, noConfusion } from "../../maths/adaptation/confusion.ts"
import { type FcnScore, fcnScore as score } from "../../maths/images/fcnScore.ts"
import { absolute, type GoldenCase, type GoldenCheck } from "../goldenFolder.ts"

/** The scores of pix2pix's segmentation script, and those that skip absent classes, which stand in the note. */
export const fcnScore: GoldenCheck = async (folder) => {
  const topic = await folder.topic("fcn_score")
  const { classes, inputs, confusion_rows_label, expected, abs_tol, note } = topic
  const { values: labels } = await folder.array(inputs.label)
  const { values: answers } = await folder.array(inputs.pred)
  const { counts } = addConfusion(noConfusion(classes), labels, answers)
  const found: GoldenCase[] = []
  const compare = (key: string, got: number, wanted: number | string) =>
    found.push(absolute(`fcn_score/${key}`, got, wanted, abs_tol))
  confusion_rows_label.flat().forEach((wanted: number, i: number) => {
    compare(`confusion/${i}`, counts[i] ?? Number.NaN, wanted)
  })
  const scored = score(counts, classes, "zero")
  for (const [key, wanted] of Object.entries<number | readonly number[]>(expected)) {
    const references = [wanted].flat()
    const got = [nameOf[key] === undefined ? Number.NaN : scored[nameOf[key]]].flat()
    references.forEach((reference, i) => {
      compare(references.length > 1 ? `${key}/${i}` : key, got[i] ?? Number.NaN, reference)
    })
  }
  const skipping = /NaN-skipping the means are ([\d.]+\d) and ([\d.]+\d)/.exec(note ?? "")
  if (skipping) {
    const { classAccuracy, classIou } = score(counts, classes, "skipped")
    compare("skipping/mean_class_accuracy", classAccuracy, skipping[1]!)
    compare("skipping/mean_class_iou", classIou, skipping[2]!)
  }
  return found
}

const nameOf: Readonly<Record<string, keyof FcnScore>> = {
  pixel_accuracy: "pixelAccuracy",
  mean_class_accuracy: "classAccuracy",
  mean_class_iou: "classIou",
  per_class_accuracy: "accuracies",
  per_class_iou: "ious",
}
