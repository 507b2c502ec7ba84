import type { MetricOutput } from "@saddlepoint/core/contracts/metric"
import { figure } from "./figure.ts"

/** Values of one metric output on the three controls. */
export interface ControlValues {
  /** Real test images. */
  readonly real: number
  /** Real test images, blurred. */
  readonly degraded: number
  /**
   * Images without detail that are right on average: the mean image of the training split; where there are label maps, the mean
   * colour of each class.
   */
  readonly trivial: number
}

/** Whether a metric orders images of known quality as it should on a dataset, and one sentence that says so with the numbers. */
export interface Headroom {
  readonly headroom: boolean
  readonly sentence: string
}

/** Class accuracy of trivial images must be at least this far below that of real ones. */
export const classAccuracyGap = 0.3

/** Scores of a segmenter, which may be lower or higher on blurred images than on flat ones, so that only real and trivial are compared. */
const segmenterScores: readonly string[] = ["pixelAccuracy", "classAccuracy", "classIou"]

/**
 * Whether a metric output has headroom: it orders real > degraded > trivial in its own direction. Scores of a segmenter
 * need real > degraded and real > trivial, class accuracy by 0.3 at least. Without headroom there is no verdict on it.
 */
export function headroomOf(output: MetricOutput, controls: ControlValues): Headroom {
  const { real, degraded, trivial } = controls
  const numbers = `real ${figure(real, 4)}, blurred ${figure(degraded, 4)}, trivial ${figure(trivial, 4)}`
  const name = output.name
  if (![real, degraded, trivial].every(Number.isFinite)) {
    return { headroom: false, sentence: `No headroom: ${name} is not finite on a control (${numbers}).` }
  }
  const sign = output.higherIsBetter ? 1 : -1
  const lost = (worse: number) => sign * (real - worse)
  if (lost(degraded) <= 0 || lost(trivial) <= 0) {
    const better = lost(degraded) <= 0 ? "blurred images" : "trivial images"
    return {
      headroom: false,
      sentence: `No headroom: ${name} rates ${better} no worse than real ones (${numbers}).`,
    }
  }
  if (name === "classAccuracy" && lost(trivial) < classAccuracyGap) {
    return {
      headroom: false,
      sentence: `No headroom: ${name} of trivial images is only ${figure(lost(trivial), 4)} below real images, ${classAccuracyGap} is needed (${numbers}).`,
    }
  }
  if (!segmenterScores.includes(name) && lost(trivial) <= lost(degraded)) {
    return {
      headroom: false,
      sentence: `No headroom: ${name} rates trivial images no worse than blurred ones (${numbers}).`,
    }
  }
  return {
    headroom: true,
    sentence: `${name} orders real, blurred and trivial images as it should on this dataset (${numbers}).`,
  }
}
