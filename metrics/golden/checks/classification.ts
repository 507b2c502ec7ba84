import {
  addCalibration,
  type Binning,
  type CalibrationNorm,
  confidencesOf,
  equalMassCalibration,
  noCalibration,
  settledCalibration,
} from "../../analysis/classification/calibration.ts"
import { brierScore, negativeLogLikelihood } from "../../analysis/classification/properScores.ts"
import { bestTemperature } from "../../analysis/classification/temperature.ts"
import { classAccuracies, topKAccuracy } from "../../maths/adaptation/accuracy.ts"
import { addConfusion, noConfusion } from "../../maths/adaptation/confusion.ts"
import { answersOf } from "../../maths/adaptation/logits.ts"
import { absolute, type GoldenCase, type GoldenCheck } from "../goldenFolder.ts"

/** Accuracies, likelihoods and calibration of a classifier. Bins, norms and `k` stand in the references' names. */
export const classification: GoldenCheck = async (folder) => {
  const topic = await folder.topic("classification")
  const { classes, inputs, expected, boundary_case: boundary, abs_tol, tol_temperature } = topic
  const { values: logits } = await folder.array(inputs.logits)
  const { values: labels } = await folder.array(inputs.labels)
  const confusion = addConfusion(noConfusion(classes), labels, answersOf(logits, classes))
  const accuracies = classAccuracies(confusion, 0.05)
  const { confidences, correct } = confidencesOf(logits, labels, classes)
  const found: GoldenCase[] = []
  const compare = (key: string, got: number | readonly number[], wanted: unknown, tolerance = abs_tol) => {
    const references = [wanted].flat(2) as (number | string)[]
    const recomputed = [got].flat()
    references.forEach((reference, i) => {
      const name = `classification/${key}${references.length > 1 ? `/${i}` : ""}`
      found.push(absolute(name, recomputed[i] ?? Number.NaN, reference, tolerance))
    })
  }
  const values: Readonly<Record<string, number | readonly number[]>> = {
    accuracy: accuracies.accuracy,
    confusion_rows_true: [...confusion.counts],
    per_class_recall: accuracies.byClass.map(({ accuracy }) => accuracy),
    mean_class_accuracy: accuracies.meanOfClasses,
    nll: negativeLogLikelihood(logits, labels, classes),
    brier_sum_over_classes: brierScore(logits, labels, classes),
  }
  for (const [key, wanted] of Object.entries(expected)) {
    const top = /^top(\d+)_accuracy$/.exec(key)
    const binned = /^ece_(\d+)_(l1|l2|max) /.exec(key)
    const equalMass = /^adaptive_ece_(\d+) /.exec(key)
    if (top) compare(key, topKAccuracy(logits, labels, classes, Number(top[1]), 0.05).accuracy, wanted)
    else if (binned) {
      const binning = key.includes("(lo,hi]") ? "upperClosed" : "lowerClosed"
      const norm = binned[2] as CalibrationNorm
      compare(key, calibration(confidences, correct, Number(binned[1]), binning, norm), wanted)
    } else if (equalMass)
      compare(key, equalMassCalibration(confidences, correct, Number(equalMass[1])), wanted)
    else if (key === "temperature_scaling_optimum") {
      compare(key, bestTemperature(logits, labels, classes), wanted, tol_temperature ?? abs_tol)
    } else compare(key, values[key] ?? Number.NaN, wanted)
  }
  for (const [key, binning] of [
    ["ece_torchmetrics_lower_closed", "lowerClosed"],
    ["ece_upper_closed", "upperClosed"],
  ] as const) {
    const { confidence, correct: right, bins } = boundary
    compare(`boundary_case/${key}`, calibration(confidence, right, bins, binning, "l1"), boundary[key])
  }
  return found
}

function calibration(
  confidences: ArrayLike<number>,
  correct: ArrayLike<number>,
  bins: number,
  binning: Binning,
  norm: CalibrationNorm,
): number {
  return settledCalibration(addCalibration(noCalibration(bins, binning), confidences, correct), norm)
}
