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
}

/**
 * Throws `Broken` unless a slope is that of the function along the line by central differences, or lies between the one-sided
 * ones at a kink.
 *
 * @param what e.g. `the slope of the loss along direction in output`
 * @param rounding how far one of the values may be off
 * @param remark stands after what was got
 */
export function expectSlope(
  what: string,
  got: number,
  line: AlongLine,
  { rounding, remark = "" }: { readonly rounding: number; readonly remark?: string },
): void {
  const { step, centre, ahead, behind, nearAhead, nearBehind } = line
  const coarse = (ahead - behind) / (2 * step)
  const fine = (nearAhead - nearBehind) / step
  const expected = (4 * fine - coarse) / 3 // Richardson: the error is of fourth order in the step

  const offBy = rounding / step
  const tolerance = offBy + 2e-3 * Math.abs(expected) + 1.5 * Math.abs(fine - coarse)
  if (Math.abs(got - expected) <= tolerance) return

  // At a kink (hinge's margin, L1's zero) any slope between those of the two sides is a gradient. The gap between
  // one-sided differences is halved with the step where a function is smooth, and stays at a kink; of one at a share r of
  // the step it is 0.6 or more up to r = 2/7, while from r = 6/23 on the tolerance above is wide enough.
  const oneSided = [(centre - nearBehind) / (step / 2), (nearAhead - centre) / (step / 2)]
  const gap = Math.abs(oneSided[1]! - oneSided[0]!)
  const coarseGap = Math.abs(ahead - 2 * centre + behind) / step
  const atKink = gap > offBy && gap > 0.6 * coarseGap
  if (atKink && got >= Math.min(...oneSided) - tolerance && got <= Math.max(...oneSided) + tolerance) return

  throw new Broken(`${what} to be ${shown([expected])}`, `${shown([got])}${remark}`)
}
