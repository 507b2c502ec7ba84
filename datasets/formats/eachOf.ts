import * as Effect from "effect/Effect"

/** Runs over all items, a few at a time; results are in the order of the items. Fails with the first error. */
export function eachOf<A, B>(items: readonly A[], run: (item: A) => Promise<B>): Promise<readonly B[]> {
  const effects = Effect.forEach(
    items,
    (item) => Effect.tryPromise({ try: () => run(item), catch: (cause) => cause }),
    { concurrency: 4 },
  )
  return Effect.runPromise(effects)
}
