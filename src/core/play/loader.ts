import type { HostBatch, Split, Streams } from "../contracts/dataset.ts"

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

/** What a loader reads: a split, or several side by side. */
export interface LoaderOf<Read> {
  readonly split: Read
  /** Examples a step, of each stream. */
  readonly batch: number
  readonly seed: number
  readonly stage: string
}

/** Opens a loader; `@saddlepoint/datasets/loader` has the seeded, prefetching one. */
export type OpenLoader = (options: LoaderOf<Split | Streams>) => Loader

/**
 * Makes an opener of loaders over single splits one of streams as well: each stream has a loader of its own, in an order of
 * its own, as that of a stage `<stage>/<name>`; its fields come as `<name>.<field>`.
 */
export function withStreams<Options extends LoaderOf<Split>>(
  open: (options: Options) => Loader,
): (options: Omit<Options, "split"> & LoaderOf<Split | Streams>) => Loader {
  return (options) => {
    const { split, stage } = options
    if (!("streams" in split)) return open({ ...options, split } as unknown as Options)
    const loaders = Object.entries(split.streams).map(([name, stream]) => {
      return [
        name,
        open({ ...options, split: stream, stage: `${stage}/${name}` } as unknown as Options),
      ] as const
    })
    return {
      async next(step) {
        const batches = await Promise.all(
          loaders.map(async ([name, loader]) =>
            Object.entries(await loader.next(step)).map(
              ([field, values]) => [`${name}.${field}`, values] as const,
            ),
          ),
        )
        return Object.fromEntries(batches.flat())
      },
      close() {
        for (const [, loader] of loaders) loader.close()
      },
    }
  }
}
