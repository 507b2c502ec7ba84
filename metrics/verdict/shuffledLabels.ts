import { stream } from "@saddlepoint/engine/random"
import { anyWin } from "./anyWin.ts"
import { armPairs } from "./armPairs.ts"
import type { ArmPair, Evidence } from "./evidence.ts"
import { MOST_RELABELLINGS, type NegativeControl, negativeControl } from "./negativeControl.ts"
import { weigh } from "./weigh.ts"

/** Up to so many pairs all relabellings are counted. */
const MOST_COUNTED = 11

/**
 * The shuffled-label control: within each seed the two arms of every comparison change places or not, in all 2^n ways (a
 * sample of 2,000 beyond 11 seeds), and all verdicts are drawn anew by the full rule, losses and margins included. If the
 * labels meant nothing, any of these could have been seen, so a `better` among them is a false win.
 *
 * The labels as they are count among them: where they win, the share is at least 1 / 2^n.
 *
 * @param seed of the sample
 */
export function shuffledLabels(evidence: Evidence, seed = 0): NegativeControl {
  const { comparisons } = evidence
  const pairsOf = armPairs(evidence)
  const family = comparisons.map((comparison) => {
    const pairs = pairsOf(comparison)
    const found = new Map(weigh(comparison, evidence, pairs).differences.map((each) => [each.seed, each]))
    // A pair without a difference adds nothing, whichever way it lies.
    const differences = Float64Array.from(pairs, (pair) => found.get(pair.seed)?.difference ?? 0)
    const squares = differences.reduce((sum, value) => sum + value * value, 0)
    return { comparison, pairs, differences, squares, compared: found.size }
  })
  const planned = evidence.seeds.length
  // A seed that no comparison has a pair of makes no difference.
  const pairs = Math.max(0, ...family.map(({ compared }) => compared))
  const counted = planned <= MOST_COUNTED
  const relabellings = pairs < 2 ? 0 : counted ? 2 ** planned : MOST_RELABELLINGS
  const draws = stream(seed, "verdict", "shuffled labels")
  const wins = anyWin(Math.max(...comparisons.map(({ alpha }) => alpha)), comparisons.length)
  let falseWins = 0
  for (let labels = 0; labels < relabellings; labels++) {
    const signs = Float64Array.from({ length: planned }, (_, i) =>
      (counted ? ((labels >> i) & 1) === 1 : draws.uniform() < 0.5) ? -1 : 1,
    )
    const sums = family.map(({ differences, squares, compared }) => ({
      pairs: compared,
      sum: signedSum(differences, signs),
      squares,
    }))
    const weighed = (at: number) => {
      const { comparison, pairs } = family[at]!
      return weigh(comparison, evidence, relabelled(pairs, signs))
    }
    if (wins(sums, weighed)) falseWins++
  }
  const alpha = comparisons[0]?.alpha ?? 0.05
  return negativeControl("Shuffled labels", alpha, pairs, 2 ** pairs, relabellings, falseWins)
}

function signedSum(differences: Float64Array, signs: Float64Array): number {
  let sum = 0
  for (let i = 0; i < differences.length; i++) sum += signs[i]! * differences[i]!
  return sum
}

/** The arms of a pair change places where the sign of its difference does. */
function relabelled(pairs: readonly ArmPair[], signs: Float64Array): ArmPair[] {
  return pairs.map((pair, i) =>
    signs[i] === -1 ? { ...pair, challenger: pair.baseline, baseline: pair.challenger } : pair,
  )
}
