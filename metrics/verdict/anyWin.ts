import { claimable, type Differences } from "./claimable.ts"
import { type Contest, decideFamily } from "./decision.ts"

/** What a comparison that claims nothing is to the others. */
const silent: Contest = {
  alpha: 0,
  higherIsBetter: true,
  test: null,
  exactP: () => null,
  margin: null,
  headroom: true,
  lost: { challenger: { diverged: 0, failed: 0 }, baseline: { diverged: 0, failed: 0 } },
}

/**
 * Whether the full rule calls any comparison of a family better, for negative controls, which ask thousands of times. Only what can
 * matter is weighed:
 * - nothing where no p can be at most alpha / m, as Holm's first step then claims nothing;
 * - else first the comparisons whose own p may be at most alpha. The others stand behind them in Holm's order whatever their p is.
 *   Without the others' p of equivalence, one is the less easily equivalent, so that where none of these wins, none does;
 *   These by their t alone at first, which claims whatever the larger p does: counting sign flips of tens of seeds is what costs.
 * - all, where one of these wins.
 *
 * @param alpha the largest level of the comparisons
 * @param comparisons size of the family
 */
export function anyWin(alpha: number, comparisons: number): Winning {
  const inFamily = claimable(alpha / comparisons)
  const alone = claimable(alpha)
  return (differences, weigh) => {
    if (!differences.some(inFamily)) return false
    const claiming = differences.map((each, at) => (alone(each) ? weigh(at) : silent))
    return (
      wins(claiming.map(byT)) &&
      wins(claiming) &&
      wins(claiming.map((each, at) => (each === silent ? weigh(at) : each)))
    )
  }
}

/**
 * @param differences of every comparison of the family
 * @param weigh gives the comparison at a place of the family
 */
export type Winning = (differences: readonly Differences[], weigh: (at: number) => Contest) => boolean

const byT = (contest: Contest): Contest => ({ ...contest, exactP: () => null })

function wins(family: readonly Contest[]): boolean {
  return decideFamily(family).some(({ outcome }) => outcome === "better")
}
