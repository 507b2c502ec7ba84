import type { Comparison } from "@saddlepoint/core/declare/trial"
import { stream } from "@saddlepoint/engine/random"
import { anyWin } from "./anyWin.ts"
import { armPairs } from "./armPairs.ts"
import type { Differences } from "./claimable.ts"
import type { Contest } from "./decision.ts"
import { type ArmPair, type Evidence, judgedValue } from "./evidence.ts"
import { MOST_RELABELLINGS, type NegativeControl, negativeControl } from "./negativeControl.ts"
import { weigh } from "./weigh.ts"

/**
 * The A/A control: every arm is compared with itself, one half of its seeds against the other (the same seed would be the
 * same trial), in 2,000 random disjoint pairings. The arms and metrics of the declared comparisons are one family under
 * the full rule, and any `better` is a false win.
 *
 * All pairings rearrange the same few scores, so that the share describes these seeds; the simulated studies describe the
 * rule.
 *
 * @param seed of the pairings
 */
export function sameArm(evidence: Evidence, seed = 0): NegativeControl {
  const pairsOf = armPairs(evidence)
  const family = armsOf(evidence.comparisons).map((comparison) => {
    const trials = pairsOf(comparison)
      .map(({ challenger }) => challenger)
      .filter(({ status }) => status !== "missing")
    return {
      comparison,
      trials,
      places: trials.map((_, i) => i),
      scores: Float64Array.from(
        trials,
        (trial) => judgedValue(trial, comparison.metric)?.value ?? Number.NaN,
      ),
    }
  })
  const pairs = Math.max(0, ...family.map(({ trials }) => trials.length >> 1))
  const relabellings = pairs < 2 ? 0 : MOST_RELABELLINGS
  const draws = stream(seed, "verdict", "same arm")
  const wins = anyWin(Math.max(...family.map(({ comparison }) => comparison.alpha)), family.length)
  // Few seeds can be paired in few ways, and weighing is what costs.
  const weighedBefore = new Map<string, Contest>()
  let falseWins = 0
  for (let i = 0; i < relabellings; i++) {
    const shuffles = family.map(({ places }) => draws.shuffle(places))
    const weighed = (at: number) => {
      const { comparison, trials } = family[at]!
      const shuffled = shuffles[at]!.map((place) => trials[place]!)
      const paired = Array.from({ length: shuffled.length >> 1 }, (_, pair): ArmPair => {
        const challenger = shuffled[2 * pair]!
        return { seed: challenger.seed, challenger, baseline: shuffled[2 * pair + 1]! }
      }).sort((a, b) => a.seed - b.seed)
      if (pairings(trials.length) > MOST_RELABELLINGS) return weigh(comparison, evidence, paired)
      const key = `${at} ${paired.map((pair) => `${pair.seed}-${pair.baseline.seed}`).join(" ")}`
      const contest = weighedBefore.get(key) ?? weigh(comparison, evidence, paired)
      weighedBefore.set(key, contest)
      return contest
    }
    const differences = family.map(({ scores }, at) => pairedDifferences(scores, shuffles[at]!))
    if (wins(differences, weighed)) falseWins++
  }
  const alpha = evidence.comparisons[0]?.alpha ?? 0.05
  const most = Math.max(0, ...family.map(({ trials }) => trials.length))
  return negativeControl(
    "The same arm on disjoint seeds",
    alpha,
    pairs,
    pairings(most),
    relabellings,
    falseWins,
  )
}

/** Differences of the first of each two shuffled scores from the second; pairs that lack a score have none. */
function pairedDifferences(scores: Float64Array, shuffled: readonly number[]): Differences {
  let [pairs, sum, squares] = [0, 0, 0]
  for (let i = 1; i < shuffled.length; i += 2) {
    const difference = scores[shuffled[i - 1]!]! - scores[shuffled[i]!]!
    if (Number.isNaN(difference)) continue
    pairs++
    sum += difference
    squares += difference * difference
  }
  return { pairs, sum, squares }
}

/** Each arm and metric that is compared, once, against itself. */
function armsOf(comparisons: readonly Comparison[]): Comparison[] {
  const byName = new Map<string, Comparison>()
  for (const comparison of comparisons) {
    for (const arm of [comparison.challenger, comparison.baseline]) {
      byName.set(JSON.stringify([comparison.metric, arm]), { ...comparison, challenger: arm, baseline: arm })
    }
  }
  return [...byName.values()]
}

/** Ways to arrange seeds in pairs of a first and a second, whatever the order of the pairs. */
function pairings(seeds: number): number {
  const pairs = seeds >> 1
  let ways = 1
  for (let i = 0; i < 2 * pairs; i++) ways *= seeds - i
  for (let i = 1; i <= pairs; i++) ways /= i
  return ways
}
