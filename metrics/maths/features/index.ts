/** Distances between sets of feature vectors, from numbers to numbers. */

export * from "./featureRows.ts"
export * from "./frechet.ts"
export * from "./frechetInfinity.ts"
export * from "./inceptionScore.ts"
export * from "./intraClass.ts"
export * from "./kernelInceptionDistance.ts"
export * from "./memorisation.ts"
export * from "./moments.ts"
export * from "./neighbourRadii.ts"
export * from "./precisionRecall.ts"
export * from "./preparedRows.ts"
