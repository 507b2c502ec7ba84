/** Distances between pairs of images, from numbers to numbers. */

export * from "./fcnScore.ts"
export * from "./meanDifferences.ts"
export * from "./multiScaleSimilarity.ts"
export * from "./pathSmoothness.ts"
export * from "./peakSignalToNoise.ts"
export * from "./ssimWindow.ts"
export * from "./structuralSimilarity.ts"
