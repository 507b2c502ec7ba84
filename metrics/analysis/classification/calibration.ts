import { answersOf, labelledRows, softmax } from "../../maths/adaptation/logits.ts"

/**
 * To which of two neighbouring bins of equal width a confidence on their edge belongs. `upperClosed`: bins (lo, hi], as
 * in Guo et al. 2017. `lowerClosed`: bins [lo, hi), and a confidence of 1 in a bin of its own, as in torchmetrics.
 */
export type Binning = "upperClosed" | "lowerClosed"

/**
 * How the differences of accuracy and confidence are put together: `l1` their mean, weighted by the bins' shares of the
 * samples (the ECE); `l2` the root of the weighted mean of their squares; `max` the largest (the MCE).
 */
export type CalibrationNorm = "l1" | "l2" | "max"

/** Confidences and right answers by bin, in a form that more can be added to. */
export interface RunningCalibration {
  readonly bins: number
  readonly binning: Binning
  /** By bin (`lowerClosed` has one more, for 1): samples, sum of confidences, right answers. */
  readonly counts: Float64Array
  readonly confidences: Float64Array
  readonly right: Float64Array
}

/** No samples. The usual numbers of bins are 15 and 10: state it with every value. */
export function noCalibration(bins: number, binning: Binning): RunningCalibration {
  if (!Number.isInteger(bins) || bins < 1) {
    throw new RangeError(`Expected a whole number of bins, at least 1, but got ${bins}.`)
  }
  const slots = () => new Float64Array(binning === "lowerClosed" ? bins + 1 : bins)
  return { bins, binning, counts: slots(), confidences: slots(), right: slots() }
}

/**
 * Adds samples.
 *
 * @param confidences probability of the answer, in [0, 1], see `confidencesOf`
 * @param correct 1 where the answer was right, 0 elsewhere
 */
export function addCalibration(
  running: RunningCalibration,
  confidences: ArrayLike<number>,
  correct: ArrayLike<number>,
): RunningCalibration {
  requireConfidences(confidences, correct)
  const counts = Float64Array.from(running.counts)
  const sums = Float64Array.from(running.confidences)
  const right = Float64Array.from(running.right)
  const edges = binEdges(running.bins)
  for (let i = 0; i < confidences.length; i++) {
    const confidence = confidences[i]!
    // Edges below the confidence, or not above it; the first edge is 0.
    let bin = 0
    while (
      bin + 1 < counts.length &&
      (running.binning === "lowerClosed" ? edges[bin + 1]! <= confidence : edges[bin + 1]! < confidence)
    ) {
      bin++
    }
    counts[bin]! += 1
    sums[bin]! += confidence
    right[bin]! += correct[i]!
  }
  return { ...running, counts, confidences: sums, right }
}

/** The samples of two sets together. */
export function mergeCalibrations(a: RunningCalibration, b: RunningCalibration): RunningCalibration {
  if (a.bins !== b.bins || a.binning !== b.binning) {
    throw new RangeError(
      `Expected calibrations of one binning, but got ${a.bins} bins ${a.binning} and ${b.bins} bins ${b.binning}.`,
    )
  }
  const sum = (x: Float64Array, y: Float64Array) => x.map((value, i) => value + y[i]!)
  return {
    ...a,
    counts: sum(a.counts, b.counts),
    confidences: sum(a.confidences, b.confidences),
    right: sum(a.right, b.right),
  }
}

/** Calibration error in [0, 1]; `l1` is the expected calibration error. Throws one sentence when there are no samples. */
export function settledCalibration(
  { counts, confidences, right }: RunningCalibration,
  norm: CalibrationNorm,
): number {
  const bins = [...counts].map((count, bin) => ({
    count,
    gap: Math.abs(right[bin]! - confidences[bin]!) / count,
  }))
  return calibrationError(bins, norm)
}

/**
 * Calibration error over `bins` of equally many samples: these sorted by confidence and cut so that the first bins have
 * one more where the number does not divide (numpy's `array_split`). Of equal confidences the wrong answers come first,
 * so the value does not depend on the order of the samples. Needs all samples at once.
 */
export function equalMassCalibration(
  confidences: ArrayLike<number>,
  correct: ArrayLike<number>,
  bins: number,
  norm: CalibrationNorm = "l1",
): number {
  requireConfidences(confidences, correct)
  const order = Array.from({ length: confidences.length }, (_, i) => i)
  order.sort((i, j) => confidences[i]! - confidences[j]! || correct[i]! - correct[j]!)
  const cut: { count: number; gap: number }[] = []
  let start = 0
  for (let bin = 0; bin < bins; bin++) {
    const count = Math.floor(order.length / bins) + (bin < order.length % bins ? 1 : 0)
    let difference = 0
    for (const i of order.slice(start, start + count)) difference += correct[i]! - confidences[i]!
    cut.push({ count, gap: Math.abs(difference) / count })
    start += count
  }
  return calibrationError(cut, norm)
}

/** The probability of each row's answer, and whether the answer is the label, from logits `[samples, classes]`. */
export function confidencesOf(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): { readonly confidences: Float64Array; readonly correct: Float64Array } {
  const rows = labelledRows(logits, labels, classes)
  const probabilities = softmax(logits, classes)
  const answers = answersOf(logits, classes)
  return {
    confidences: Float64Array.from(
      { length: rows },
      (_, row) => probabilities[row * classes + answers[row]!]!,
    ),
    correct: Float64Array.from({ length: rows }, (_, row) => (answers[row] === labels[row] ? 1 : 0)),
  }
}

function calibrationError(bins: readonly { count: number; gap: number }[], norm: CalibrationNorm): number {
  const filled = bins.filter(({ count }) => count > 0)
  const samples = filled.reduce((sum, { count }) => sum + count, 0)
  if (samples === 0) throw new RangeError("Expected at least 1 sample for a calibration error, but got 0.")
  if (norm === "max") return Math.max(...filled.map(({ gap }) => gap))
  const power = norm === "l1" ? 1 : 2
  const mean = filled.reduce((sum, { count, gap }) => sum + (count / samples) * gap ** power, 0)
  return norm === "l1" ? mean : Math.sqrt(mean)
}

/**
 * Edges as torch.linspace(0, 1, bins + 1) computes them, which Guo et al. and torchmetrics use: from 0 upwards in the
 * first half, from 1 downwards in the second. It decides on which side of 0.3 the number 0.3 lies.
 */
function binEdges(bins: number): Float64Array {
  const step = 1 / bins
  return Float64Array.from({ length: bins + 1 }, (_, i) =>
    i < Math.floor((bins + 1) / 2) ? step * i : 1 - step * (bins - i),
  )
}

function requireConfidences(confidences: ArrayLike<number>, correct: ArrayLike<number>): void {
  if (confidences.length !== correct.length) {
    throw new RangeError(
      `Expected a right or wrong for each confidence, but got ${confidences.length} confidences and ${correct.length} of them.`,
    )
  }
  for (let i = 0; i < confidences.length; i++) {
    if (!(confidences[i]! >= 0 && confidences[i]! <= 1)) {
      throw new RangeError(
        `Expected confidences in [0, 1], but number ${i} is ${confidences[i]}; take the softmax of the logits.`,
      )
    }
  }
}
