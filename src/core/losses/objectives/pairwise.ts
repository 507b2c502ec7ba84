import type { AdversarialFacts } from "../../contracts/loss.ts"

/**
 * The definition, in plain numbers, of a loss that is a mean over pairs of a real and a fake score at the same place: the two parts of most
 * objectives, which see one of both each, or a relativistic difference.
 * @param values the opponent's and the learner's at one real and one fake score
 */
export function meanOverPairs(
  values: (real: number, fake: number) => readonly [opponent: number, learner: number],
): NonNullable<AdversarialFacts["definition"]> {
  return (real, fake) => {
    const pairs = real.scores!.values.map((score, at) => values(score, fake.scores!.values[at]!))
    const mean = (side: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[side], 0) / pairs.length
    return [mean(0), mean(1)]
  }
}
