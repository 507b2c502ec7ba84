/** Sets of feature vectors and the distances between them, from numbers to numbers. */

export * from "./featureRows.ts"
export * from "./frechet.ts"
export * from "./inceptionScore.ts"
export * from "./kernel.ts"
export * from "./kernelInceptionDistance.ts"
export * from "./memorisation.ts"
export * from "./moments.ts"
export * from "./nearestNeighbours.ts"
export * from "./neighbourRadii.ts"
export * from "./precisionRecall.ts"
export * from "./preparedRows.ts"
export * from "./principalComponents.ts"
