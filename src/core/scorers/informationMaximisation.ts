import { type Plugin, type Use, use } from "../contracts/plugin.ts"
import type { Scorer } from "../contracts/scorer.ts"
import { softmaxRows } from "./softmaxRows.ts"

export const informationMaximisationPlugin: Plugin<"scorer", Scorer> = {
  kind: "scorer",
  name: "informationMaximisation",
  version: 1,
  options: {},
  build: (): Scorer => ({ description: "informationMaximisation", score: informationOf }),
}

/**
 * Entropy of the mean answer minus the mean entropy of answers, in nats, in [0, ln classes] (Shi and Sha 2012, equation 3):
 * high where each answer is sure and all classes are answered.
 */
export function informationMaximisation(): Use<"scorer"> {
  return use(informationMaximisationPlugin)
}

function informationOf(logits: Float32Array, classes: number): number {
  const rows = softmaxRows(logits, classes)
  const total = new Float64Array(classes)
  let entropies = 0
  for (const shares of rows) {
    shares.forEach((share, at) => {
      total[at]! += share
    })
    entropies += entropyOf(shares)
  }
  return entropyOf(total.map((share) => share / rows.length)) - entropies / rows.length
}

/** In nats; `0 log 0` is 0. */
function entropyOf(shares: Float64Array): number {
  return shares.reduce((sum, share) => (share > 0 ? sum - share * Math.log(share) : sum), 0)
}
