/** 1 - nominal confidence of the intervals whose coverage was measured. */
export const COVERAGE_ALPHA = 0.05

/**
 * Share of 95 % bootstrap intervals of a mean paired difference that held the true one, by the number of seeds, in 2,000
 * simulated studies of normal differences: the normal column of `studies/README.md`, from
 * `npm run studies -w metrics -- --json`.
 */
export const bootstrapCoverage: Readonly<
  Record<number, { readonly percentile: number; readonly bca: number }>
> = {
  2: { percentile: 0.498, bca: 0.259 },
  3: { percentile: 0.749, bca: 0.683 },
  4: { percentile: 0.806, bca: 0.808 },
  5: { percentile: 0.831, bca: 0.826 },
  6: { percentile: 0.874, bca: 0.873 },
  7: { percentile: 0.869, bca: 0.869 },
  8: { percentile: 0.872, bca: 0.867 },
  9: { percentile: 0.891, bca: 0.894 },
  10: { percentile: 0.905, bca: 0.893 },
  11: { percentile: 0.9, bca: 0.9 },
  12: { percentile: 0.903, bca: 0.896 },
  13: { percentile: 0.918, bca: 0.916 },
  14: { percentile: 0.924, bca: 0.921 },
  15: { percentile: 0.922, bca: 0.92 },
  16: { percentile: 0.909, bca: 0.909 },
  17: { percentile: 0.923, bca: 0.916 },
  18: { percentile: 0.926, bca: 0.923 },
  19: { percentile: 0.923, bca: 0.921 },
}
