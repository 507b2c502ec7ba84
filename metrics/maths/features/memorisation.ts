import { matrixProduct } from "@saddlepoint/engine/matrixProduct"
import { type FeatureRows, rowReader, rowsAt } from "./featureRows.ts"

/** How near generated images come to single real ones, and what that does to a Frechet distance. */
export interface MemorisationPenalty {
  /** Mean over real vectors of the smallest `1 - |cosine|` to a generated one, in [0, 1]; 1 from `threshold` on. */
  readonly distance: number
  /** MiFID of a Frechet distance: that distance over `distance`; 0 up to 1e-8. */
  of(frechet: number): number
}

/** Rows of one product: bounds its memory. */
const rowsAtOnce = 1024

/**
 * The penalty of MiFID (Bai et al. 2021, equation 5, as torchmetrics computes it): a generator that repeats training images
 * has a small distance, which divides the FID. Vectors whose entries sum to 0 are left out, as there.
 *
 * @param threshold mean distances from here on count as 1, i.e. as no memorisation; 0.1 is usual
 * @throws one sentence when a side has no vector left, or the sides differ in features
 */
export function memorisationPenalty(
  real: FeatureRows,
  fake: FeatureRows,
  threshold: number,
): MemorisationPenalty {
  if (real.size !== fake.size) {
    throw new RangeError(
      `Expected equally many features on both sides of MiFID, but got ${real.size} and ${fake.size}; ` +
        "features of one network and one tap are compared.",
    )
  }
  const { size } = real
  const [reals, fakes] = [unitRows(real), unitRows(fake)]
  const [count, others] = [reals.count, fakes.count]
  if (count === 0 || others === 0) {
    throw new RangeError(
      `Expected vectors that do not sum to 0 on both sides of MiFID, but got ${count} real and ${others} generated.`,
    )
  }
  let sum = 0
  for (let start = 0; start < count; start += rowsAtOnce) {
    const left = reals.from(start)
    const rows = left.length / size
    const nearest = new Float64Array(rows).fill(Number.POSITIVE_INFINITY)
    for (let from = 0; from < others; from += rowsAtOnce) {
      const right = fakes.from(from)
      const columns = right.length / size
      const cosines = matrixProduct(left, right, { rows, inner: size, columns, transposeB: true })
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          nearest[row] = Math.min(nearest[row]!, 1 - Math.abs(cosines[row * columns + column]!))
        }
      }
    }
    for (const value of nearest) sum += value
  }
  const mean = sum / count
  const distance = mean < threshold ? mean : 1
  return { distance, of: (frechet) => (frechet > 1e-8 ? frechet / (distance + 1e-14) : 0) }
}

/** The vectors that do not sum to 0, each scaled to length 1. */
interface UnitRows {
  readonly count: number
  /** The next vectors from a place on, at most so many as are taken at once, `[vectors, size]`. */
  from(start: number): Float64Array
}

function unitRows(rows: FeatureRows): UnitRows {
  const row = rowReader(rows)
  const places: number[] = []
  for (let place = 0; place < rows.count; place++) {
    let sum = 0
    for (const value of row(place)) sum += value
    if (sum !== 0) places.push(place)
  }
  return {
    count: places.length,
    from(start) {
      const units = rowsAt(rows, places.slice(start, start + rowsAtOnce))
      for (let from = 0; from < units.length; from += rows.size) {
        const own = units.subarray(from, from + rows.size)
        const length = Math.sqrt(own.reduce((squares, value) => squares + value ** 2, 0))
        for (let i = 0; i < own.length; i++) own[i]! /= length
      }
      return units
    },
  }
}
