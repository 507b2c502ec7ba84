import { mostPoints } from "../declare/decode/expand.ts"
import type { SamplerKind } from "./sampler.ts"

type Grid = { readonly kind: "grid" }

/** Every combination of the values to choose from, the last tunable fastest. */
export const grid = (): Grid => ({ kind: "grid" })

export const gridKind: SamplerKind<Grid> = {
  kind: "grid",
  refuses(tunables) {
    const combinations = tunables.reduce(
      (product, { axis }) => product * (axis as readonly unknown[]).length,
      1,
    )
    if (combinations > mostPoints) {
      return `a grid has at most ${mostPoints} combinations but got ${combinations}; use another sampler`
    }
    if (tunables.every(({ search }) => search === "choose")) return undefined
    return "a grid needs values to choose from but got a range; use choose(...), or another sampler"
  },
  points(_strategy, tunables) {
    let points: number[][] = [[]]
    for (const { axis } of tunables) {
      const { length } = axis as readonly unknown[]
      const middles = Array.from({ length }, (_, index) => (index + 0.5) / length)
      points = points.flatMap((point) => middles.map((middle) => [...point, middle]))
    }
    return points
  },
}
