import type { FieldValues, Split } from "./dataset.ts"

/** Values of one batch on the host, by field: `shape` includes the batch axis. */
export type HostBatch = Readonly<
  Record<string, { readonly values: FieldValues; readonly shape: readonly number[] }>
>

/** Reads examples and gives them the shapes of a batch. */
export async function readBatch(split: Split, indices: readonly number[]): Promise<HostBatch> {
  const values = await split.read(indices)
  const fields = Object.entries(split.fields).map(([name, { shape }]) => {
    return [name, { values: values[name]!, shape: [indices.length, ...shape] }] as const
  })
  return Object.fromEntries(fields)
}

/** Gives the batch of any step; the order of the data is a pure function of (seed, stage, step). */
export interface Loader {
  next(step: number): Promise<HostBatch>
  close(): void
}

/** Opens a loader over a split; `@saddlepoint/datasets/loader` has the seeded, prefetching one. */
export type OpenLoader = (options: {
  readonly split: Split
  readonly batch: number
  readonly seed: number
  readonly stage: string
}) => Loader
