import { shown } from "./closeness.ts"
import { Broken } from "./law.ts"

/** Values of a function along a line: at 0, at the step either way, and at half the step either way. */
export interface AlongLine {
  readonly step: number
  readonly centre: number
  readonly ahead: number
  readonly behind: number
  readonly nearAhead: number
  readonly nearBehind: number
  /** How far one of the values may be off. */
  readonly rounding: number
  /** How far a slope may be off, as a share of it. */
  readonly relative: number
  /** By which share of the slope it may change where the step is halved, and yet nothing happens on a smaller scale. */
  readonly resolved: number
}

/** Slopes by central differences: with the step, with half of it, and what follows from both. */
function differencesOf({ step, ahead, behind, nearAhead, nearBehind }: AlongLine) {
  const coarse = (ahead - behind) / (2 * step)
  const fine = (nearAhead - nearBehind) / step
  // Richardson: the error is of fourth order in the step
  return { coarse, fine, expected: (4 * fine - coarse) / 3 }
}

/**
 * Whether halving the step changes the slope little, so that nothing happens on a smaller scale. Where it does (a kink to one side, the
 * norm of a small gradient), a smaller step sees more.
 */
export function isResolved(line: AlongLine): boolean {
  const { coarse, fine, expected } = differencesOf(line)
  return (
    Math.abs(fine - coarse) <= Math.max(line.resolved * Math.abs(expected), line.rounding / line.step / 4)
  )
}

/**
 * Throws `Broken` unless a slope is the sum of those of some functions along their lines by central differences, or lies between the
 * one-sided ones at a kink.
 *
 * @param what e.g. `the slope of the loss along direction in output`
 * @param remark stands after what was got
 * @param slack how far off it may be besides
 */
export function expectSlope(
  what: string,
  got: number,
  lines: readonly AlongLine[],
  { remark = "", slack = 0 } = {},
): void {
  const ranges = lines.map(rangeOf)
  const sum = (part: "expected" | "least" | "most"): number =>
    ranges.reduce((total, range) => total + range[part], 0)
  if (got >= sum("least") - slack && got <= sum("most") + slack) return
  throw new Broken(`${what} to be ${shown([sum("expected")])}`, `${shown([got])}${remark}`)
}

/** What the slope of a function may be. */
function rangeOf(line: AlongLine) {
  const { step, centre, ahead, behind, nearAhead, nearBehind, rounding, relative } = line
  const { coarse, fine, expected } = differencesOf(line)
  const offBy = rounding / step
  const tolerance = offBy + relative * Math.abs(expected) + 1.5 * Math.abs(fine - coarse)

  // At a kink (hinge's margin, L1's zero) any slope between those of the two sides is a gradient. The gap between
  // one-sided differences is halved with the step where a function is smooth, and stays at a kink; of one at a share r of
  // the step it is 0.6 or more up to r = 2/7, while from r = 6/23 on the tolerance above is wide enough.
  const oneSided = [(centre - nearBehind) / (step / 2), (nearAhead - centre) / (step / 2)]
  const gap = Math.abs(oneSided[1]! - oneSided[0]!)
  const coarseGap = Math.abs(ahead - 2 * centre + behind) / step
  const atKink = gap > offBy && gap > 0.6 * coarseGap
  const slopes = atKink ? [...oneSided, expected] : [expected]
  return { expected, least: Math.min(...slopes) - tolerance, most: Math.max(...slopes) + tolerance }
}
