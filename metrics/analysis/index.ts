/**
 * For analyses of one's own: what no metric, verdict or command of Saddlepoint uses. It is checked against reference packages like the
 * rest (`golden/checks`), from numbers to numbers.
 */

export * from "./classification/calibration.ts"
export * from "./classification/properScores.ts"
export * from "./classification/temperature.ts"
export * from "./domains/coral.ts"
export * from "./domains/linearTimeMmd.ts"
export * from "./domains/medianHeuristic.ts"
export * from "./domains/mmd.ts"
export * from "./domains/multiKernelMmd.ts"
export * from "./samples/frechetInfinity.ts"
export * from "./samples/intraClass.ts"
export * from "./samples/modeCoverage.ts"
export * from "./statistics/friedman.ts"
export * from "./statistics/kolmogorovSmirnov.ts"
export * from "./statistics/mannWhitney.ts"
export * from "./statistics/multipleComparisons.ts"
export * from "./statistics/probabilityOfImprovement.ts"
export * from "./statistics/scoreMatrix.ts"
export * from "./statistics/scoreProfile.ts"
export * from "./statistics/stratifiedBootstrap.ts"
export * from "./statistics/tTest.ts"
export * from "./statistics/wilcoxon.ts"
