import type { SamplerKind } from "./sampler.ts"

type LatinHypercube = { readonly kind: "latinHypercube"; readonly trials: number }

/**
 * So many configurations that spread evenly over every tunable: of `trials` equally wide parts of each, every one is
 * used once (McKay, Beckman and Conover 1979).
 */
export const latinHypercube = ({ trials }: { readonly trials: number }): LatinHypercube => ({
  kind: "latinHypercube",
  trials,
})

export const latinHypercubeKind: SamplerKind<LatinHypercube> = {
  kind: "latinHypercube",
  points({ trials }, tunables, draw) {
    const columns = tunables.map(() => {
      const parts = draw.shuffle(Array.from({ length: trials }, (_, part) => part))
      return parts.map((part) => (part + draw.uniform()) / trials)
    })
    return Array.from({ length: trials }, (_, trial) => columns.map((column) => column[trial]!))
  },
}
