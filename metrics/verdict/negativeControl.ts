/** A negative control of the verdicts' rule on these very scores: there is nothing to find, and it costs no training. */
export interface NegativeControl {
  /** Pairs of seeds in each relabelling. */
  readonly pairs: number
  readonly relabellings: number
  /** Relabellings in which at least one comparison says `better`. */
  readonly falseWins: number
  /** falseWins / relabellings; null where there is none. */
  readonly share: number | null
  readonly sentence: string
}

/** Relabellings that are drawn where there are more than can be counted. */
export const MOST_RELABELLINGS = 2000

/** The counted control in words: `name` says what was done, `distinct` in how many unlike ways it can be done. */
export function negativeControl(
  name: string,
  alpha: number,
  pairs: number,
  distinct: number,
  relabellings: number,
  falseWins: number,
): NegativeControl {
  const counts = {
    pairs,
    relabellings,
    falseWins,
    share: relabellings === 0 ? null : falseWins / relabellings,
  }
  if (pairs < 2) {
    return {
      ...counts,
      sentence: `${name}: too few seeds, as a verdict needs two pairs and there ${pairs === 1 ? "is one" : "is none"}.`,
    }
  }
  const found = `${name}: ${falseWins} of ${relabellings} relabellings (${percent(falseWins / relabellings)}) say better`
  return {
    ...counts,
    sentence:
      1 / distinct > alpha
        ? `${found}, which says little: with ${pairs} pairs there are only ${distinct} unlike ones, so that a single one is more than ${percent(alpha)}.`
        : `${found}; at most about ${percent(alpha)} are to be expected of labels without meaning.`,
  }
}

const percent = (share: number) => `${Number((100 * share).toPrecision(2))} %`
