import { WeightFileError } from "./weightFileError.ts"

/** How much a file may take up, whatever it says of itself. */
export interface WeightFileLimits {
  /** Most bytes that all that is read from one file may take up in memory; 2 GiB by default (VGG19 takes 0.6 GB). */
  readonly bytes: number
  /**
   * Largest factor by which a compressed entry beyond 1 MiB may grow; 100 by default. Weights hardly shrink (about
   * 1.1), and deflate's largest factor is 1032.
   */
  readonly inflation: number
}

/** The limits where none are given. */
export const defaultLimits: WeightFileLimits = { bytes: 2 ** 31, inflation: 100 }

/** The memory that may still be taken for one file. */
export interface Allowance {
  readonly limits: WeightFileLimits
  /**
   * Takes `bytes` for `what`, before they are allocated.
   * @throws WeightFileError when the file has used up its limit
   */
  take(bytes: number, what: string): void
}

/** A fresh allowance for one file. */
export function allowance(given: Partial<WeightFileLimits> = {}): Allowance {
  const limits = { ...defaultLimits, ...given }
  let taken = 0
  return {
    limits,
    take(bytes, what) {
      if (!(taken + bytes <= limits.bytes)) {
        throw new WeightFileError(
          `Expected a file that takes at most ${limits.bytes} bytes of memory but ${what} needs ${bytes} more than the ${taken} taken; raise \`limits.bytes\` if you trust the file.`,
        )
      }
      taken += bytes
    },
  }
}
