/** The objective along a line: its value, its slope along the line and its gradient at the distance `length`. */
export interface LinePoint {
  readonly length: number
  readonly loss: number
  readonly slope: number
  readonly gradient: Float64Array
}

export interface LineSearch {
  /** At length 0; its slope is below 0. */
  readonly start: LinePoint
  /** The first length to try. */
  readonly first: number
  /** The direction's largest absolute element: turns lengths into changes of a value. */
  readonly reach: number
  /** The search gives up on an interval in which no value changes by this much. */
  readonly toleranceChange: number
  readonly evaluate: (length: number) => Promise<LinePoint>
}

/** Sufficient decrease and curvature for quasi-Newton directions (Nocedal and Wright 2006, below equation 3.1 and algorithm 7.4). */
const [decrease, curvature] = [1e-4, 0.9]
/** Trials after the first, as in PyTorch. */
const trials = 25

type Limits = Omit<LineSearch, "first"> & { left: number }

/**
 * A length that satisfies the strong Wolfe conditions (Nocedal and Wright 2006, equations 3.7; algorithm 3.5): it lowers the loss by
 * `1e-4` of what the slope promises, and leaves at most 0.9 of the slope, in size. Lengths grow by cubic extrapolation, to
 * between 1.01 and 10 times the last, until the conditions hold or an interval holds such a length; then `zoom` narrows it.
 * A loss that is not finite counts as too high.
 * @returns the best point found; it does not satisfy the conditions where trials ran out or nothing changes any more
 */
export async function strongWolfe({ first, ...search }: LineSearch): Promise<LinePoint> {
  const limits: Limits = { ...search, left: trials }
  const { start } = search
  let before = start
  let now = await search.evaluate(first)
  while (limits.left > 0) {
    if (tooHigh(now, start) || (before !== start && now.loss >= before.loss)) return zoom(before, now, limits)
    if (flat(now, start)) return now
    if (now.slope >= 0) return zoom(now, before, limits)
    const next = cubicMinimum(before, now, now.length + 0.01 * (now.length - before.length), 10 * now.length)
    before = now
    now = await tried(next, limits)
  }
  return now.loss < start.loss ? now : start
}

/**
 * Narrows an interval that holds a length with both conditions (Nocedal and Wright 2006, algorithm 3.6).
 * @param low the end with the lower loss
 */
async function zoom(low: LinePoint, high: LinePoint, limits: Limits): Promise<LinePoint> {
  const { start, reach, toleranceChange } = limits
  let stuck = false
  while (limits.left > 0 && Math.abs(high.length - low.length) * reach >= toleranceChange) {
    const trial = insideOf(low, high, stuck)
    stuck = trial.stuck
    const now = await tried(trial.length, limits)
    if (tooHigh(now, start) || now.loss >= low.loss) {
      high = now
      continue
    }
    if (flat(now, start)) return now
    if (now.slope * (high.length - low.length) >= 0) high = low
    low = now
  }
  return low
}

/**
 * Where to look next between two lengths: at the cubic's minimum, but if that is within a tenth of the interval to an end for the
 * second time in a row, or at an end, then a tenth away from that end, so that the interval shrinks (as in PyTorch).
 */
function insideOf(low: LinePoint, high: LinePoint, stuck: boolean): { length: number; stuck: boolean } {
  const [left, right] = [Math.min(low.length, high.length), Math.max(low.length, high.length)]
  const length = cubicMinimum(low, high, left, right)
  const margin = 0.1 * (right - left)
  if (Math.min(right - length, length - left) >= margin) return { length, stuck: false }
  if (!stuck && length > left && length < right) return { length, stuck: true }
  return { length: right - length < length - left ? right - margin : left + margin, stuck: false }
}

async function tried(length: number, limits: Limits): Promise<LinePoint> {
  limits.left--
  return limits.evaluate(length)
}

/** Without sufficient decrease. */
const tooHigh = (now: LinePoint, start: LinePoint) =>
  !(now.loss <= start.loss + decrease * now.length * start.slope)

const flat = (now: LinePoint, start: LinePoint) => Math.abs(now.slope) <= -curvature * start.slope

/**
 * The minimiser within [least, most] of the cubic with the losses and slopes of two points (Nocedal and Wright 2006, equation 3.59);
 * the middle where the cubic has none.
 */
export function cubicMinimum(
  a: Omit<LinePoint, "gradient">,
  b: Omit<LinePoint, "gradient">,
  least: number,
  most: number,
): number {
  const [left, right] = a.length <= b.length ? [a, b] : [b, a]
  const width = right.length - left.length
  const bend = left.slope + right.slope - (3 * (right.loss - left.loss)) / width
  const root = Math.sqrt(bend ** 2 - left.slope * right.slope)
  const minimum = right.length - (width * (right.slope + root - bend)) / (right.slope - left.slope + 2 * root)
  return Number.isFinite(minimum) ? Math.min(Math.max(minimum, least), most) : (least + most) / 2
}
