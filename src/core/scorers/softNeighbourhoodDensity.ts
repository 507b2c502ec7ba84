import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Options, type Plugin, type Use, use } from "../contracts/plugin.ts"
import type { Scorer } from "../contracts/scorer.ts"
import { softmaxRows } from "./softmaxRows.ts"

export interface SoftNeighbourhoodDensityOptions {
  /** What similarities are divided by; 0.05 by default, as published. */
  readonly temperature: number
}

export const softNeighbourhoodDensityPlugin: Plugin<"scorer", Scorer> = {
  kind: "scorer",
  name: "softNeighbourhoodDensity",
  version: 1,
  options: {
    temperature: Schema.Finite.check(Schema.isGreaterThan(0)).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(0.05)),
    ),
  },
  build: ({ temperature }: SoftNeighbourhoodDensityOptions): Scorer => ({
    description: `softNeighbourhoodDensity, temperature ${temperature}`,
    score: (logits, classes) => densityOf(softmaxRows(logits, classes), temperature),
  }),
}

/**
 * Soft neighbourhood density (Saito et al. 2021, "Tune it the right way: unsupervised validation of domain adaptation via soft
 * neighborhood density", section 3): the mean entropy of each answer's similarities to all others, in nats, in
 * [0, ln (images - 1)]. High where many answers lie close together. It cannot tell a network that answers everything alike,
 * for which it is highest. Similarities are cosines of softmax outputs; an image's similarity to itself is left out, where the
 * released code sets it to -1. Takes time in the square of the number of images.
 */
export function softNeighbourhoodDensity(
  options: Partial<Options<SoftNeighbourhoodDensityOptions>> = {},
): Use<"scorer"> {
  return use(softNeighbourhoodDensityPlugin, { ...options })
}

function densityOf(answers: readonly Float64Array[], temperature: number): number {
  const directions = answers.map((shares) => {
    const length = Math.sqrt(dot(shares, shares))
    return shares.map((share) => share / length)
  })
  let sum = 0
  for (const [at, own] of directions.entries()) {
    // Entropy of a softmax of s: log sum exp(s) - sum p s. Cosines are at most 1, so no exponential is above 1.
    let total = 0
    let weighted = 0
    for (const [other, direction] of directions.entries()) {
      if (other === at) continue
      const below = (dot(own, direction) - 1) / temperature
      const weight = Math.exp(below)
      total += weight
      if (weight > 0) weighted += weight * below
    }
    // Neighbours that are too far for any number are as good as none.
    if (total > 0) sum += Math.log(total) - weighted / total
  }
  return sum / directions.length
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!
  return sum
}
