import { matrixProduct } from "@saddlepoint/engine/matrix-product"
import { type FeatureRows, rowReader } from "./featureRows.ts"

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
 * @throws one sentence when a side has no vector left
 */
export function memorisationPenalty(
  real: FeatureRows,
  fake: FeatureRows,
  threshold: number,
): MemorisationPenalty {
  const { size } = real
  const reals = unitRows(real)
  const fakes = unitRows(fake)
  const [count, others] = [reals.length / size, fakes.length / size]
  if (count === 0 || others === 0) {
    throw new RangeError(
      `Expected vectors that do not sum to 0 on both sides of MiFID, but got ${count} real and ${others} generated.`,
    )
  }
  let sum = 0
  for (let start = 0; start < count; start += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, count - start)
    const nearest = new Float64Array(rows).fill(Number.POSITIVE_INFINITY)
    for (let from = 0; from < others; from += rowsAtOnce) {
      const columns = Math.min(rowsAtOnce, others - from)
      const cosines = matrixProduct(
        reals.subarray(start * size, (start + rows) * size),
        fakes.subarray(from * size, (from + columns) * size),
        { rows, inner: size, columns, transposeB: true },
      )
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

/** Rows of length 1, without those that sum to 0. */
function unitRows(rows: FeatureRows): Float64Array {
  const { size, count } = rows
  const units = new Float64Array(count * size)
  const row = rowReader(rows)
  let kept = 0
  for (let place = 0; place < count; place++) {
    const values = row(place)
    let sum = 0
    let squares = 0
    for (let i = 0; i < size; i++) {
      sum += values[i]!
      squares += values[i]! ** 2
    }
    if (sum === 0) continue
    const length = Math.sqrt(squares)
    for (let i = 0; i < size; i++) units[kept + i] = values[i]! / length
    kept += size
  }
  return units.subarray(0, kept)
}
