import { isDouble } from "../../double.ts"
import { type AlongLine, isResolved } from "../../slope.ts"

/** How finely differences are taken. */
interface Fineness extends Pick<AlongLine, "relative" | "resolved"> {
  /** Step where the error of the scheme and rounding are about equal. */
  readonly usualStep: number
  /** The smallest, where something happens on a smaller scale. */
  readonly leastStep: number
  /** How far a value may be off. */
  rounding(value: number): number
}

const single: Fineness = {
  usualStep: 2 ** -4,
  leastStep: 2 ** -7,
  relative: 2e-3,
  resolved: 1e-2,
  // Values carry the rounding of float32, and SSIM's that of its cancelling variances: some 1e-4
  rounding: (value) => 1e-4 + 2 ** -18 * Math.abs(value),
}

const double: Fineness = {
  usualStep: 2 ** -9,
  leastStep: 2 ** -17,
  relative: 1e-5,
  resolved: 1e-5,
  rounding: (value) => 1e-11 * (1 + Math.abs(value)),
}

/** Each example's values along the line, with a step that is small enough for all of them. */
export function linesOf(valuesAt: (distance: number) => readonly number[]): readonly AlongLine[] {
  const { usualStep, leastStep, relative, resolved, rounding } = isDouble() ? double : single
  const centre = valuesAt(0)
  let [step, ahead, behind] = [usualStep, valuesAt(usualStep), valuesAt(-usualStep)]
  while (true) {
    const [nearAhead, nearBehind] = [valuesAt(step / 2), valuesAt(-step / 2)]
    const lines = centre.map((value, row): AlongLine => {
      return {
        step,
        centre: value,
        ahead: ahead[row]!,
        behind: behind[row]!,
        nearAhead: nearAhead[row]!,
        nearBehind: nearBehind[row]!,
        rounding: rounding(value),
        relative,
        resolved,
      }
    })
    if (step <= leastStep || lines.every(isResolved)) return lines
    ;[step, ahead, behind] = [step / 2, nearAhead, nearBehind]
  }
}
