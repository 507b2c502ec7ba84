import type { Split } from "../contracts/dataset.ts"
import { type LoaderOf, type OpenLoader, readBatch, withStreams } from "../play/loader.ts"

/** The same examples of every stream side by side, in their order. */
export const inOrder: OpenLoader = withStreams(({ split, batch }: LoaderOf<Split>) => ({
  next: (step) =>
    readBatch(
      split,
      Array.from({ length: batch }, (_, at) => (step * batch + at) % split.size),
    ),
  close() {},
}))
