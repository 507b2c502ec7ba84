/** Classifiers and two domains, from numbers to numbers. */

export * from "./accuracy.ts"
export * from "./confusion.ts"
export * from "./gapClosed.ts"
export * from "./logisticRegression.ts"
export * from "./logits.ts"
export * from "./proxyADistance.ts"
