import type { SamplerKind } from "./sampler.ts"

type Random = { readonly kind: "random"; readonly trials: number }

/** So many configurations, each drawn alone (Bergstra and Bengio 2012). */
export const random = ({ trials }: { readonly trials: number }): Random => ({ kind: "random", trials })

export const randomKind: SamplerKind<Random> = {
  kind: "random",
  points: ({ trials }, tunables, draw) =>
    Array.from({ length: trials }, () => tunables.map(() => draw.uniform())),
}
