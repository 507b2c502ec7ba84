import type { SplitName } from "@saddlepoint/core/contracts/dataset"

/** One of something for each split. */
export function everySplit<T>(make: (split: SplitName) => T): Readonly<Record<SplitName, T>> {
  return { train: make("train"), validation: make("validation"), test: make("test") }
}
