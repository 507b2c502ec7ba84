/** What the compiler must refuse of a strategy that looks for the target's labels. `tsc --build` checks this file; nothing runs it. */
import type { Domains, OpenDataset } from "../../contracts/dataset.ts"
import type { ClassesMethod } from "../../contracts/method.ts"

declare const fixed: Omit<ClassesMethod, "stages" | "answer">
declare const answer: ClassesMethod["answer"]
declare const domains: Domains

// Training is shown two domains, and the target has neither a test split nor labels.
export const images = domains.target.train
// @ts-expect-error the target's test split
export const test = domains.target.test
// @ts-expect-error the target's labelled validation split
export const validation = domains.targetValidation
// @ts-expect-error the splits of the opened dataset, of which `test` is the target's
export const splits = domains.splits

export const plain: ClassesMethod = {
  ...fixed,
  answer,
  stages: ({ target }) => (target.train.size > 0 ? [] : []),
}
export const peeking: ClassesMethod = {
  ...fixed,
  answer,
  // @ts-expect-error stages that want the whole dataset
  stages: ({ targetValidation }: OpenDataset) => (targetValidation?.fields.label === undefined ? [] : []),
}
export const late: ClassesMethod = {
  ...fixed,
  stages: () => [],
  // @ts-expect-error an answer that wants the whole dataset
  answer: ({ splits }: OpenDataset) => answer(splits.test),
}
