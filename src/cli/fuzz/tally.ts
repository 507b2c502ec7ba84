import type { Told } from "./playCase.ts"

/** What became of the cases of one subject. */
export interface Tally {
  readonly cases: number
  readonly used: number
  readonly refused: number
  readonly flawed: number
  /** Processes that ended by themselves, and those that were ended as nothing came of them. */
  readonly crashes: number
  readonly hangs: number
  /** The slowest case in seconds of the processor, and which. */
  readonly slowest: { readonly seconds: number; readonly index: number; readonly kind: string }
  readonly kinds: Readonly<
    Record<string, { readonly used: number; readonly refused: number; readonly flawed: number }>
  >
  /** Each with the number of the case; the first hundred. */
  readonly flaws: readonly string[]
}

export const noTally: Tally = {
  cases: 0,
  used: 0,
  refused: 0,
  flawed: 0,
  crashes: 0,
  hangs: 0,
  slowest: { seconds: 0, index: 0, kind: "" },
  kinds: {},
  flaws: [],
}

const mostFlaws = 100

/** With one case more. */
export function addTold(tally: Tally, index: number, { kind, end, flaw, seconds }: Told): Tally {
  const own = tally.kinds[kind] ?? { used: 0, refused: 0, flawed: 0 }
  return {
    ...tally,
    cases: tally.cases + 1,
    [end]: tally[end] + 1,
    slowest: seconds > tally.slowest.seconds ? { seconds, index, kind } : tally.slowest,
    // Added to in place: a copy for each of 100,000 cases is slow.
    kinds: Object.assign(tally.kinds, { [kind]: { ...own, [end]: own[end] + 1 } }),
    flaws: flaw === undefined ? tally.flaws : withFlaw(tally.flaws, `case ${index}, ${kind}: ${flaw}`),
  }
}

/** With a process more that ended before it told of a case. */
export function addLost(tally: Tally, index: number, how: "crashes" | "hangs", why: string): Tally {
  return {
    ...tally,
    cases: tally.cases + 1,
    [how]: tally[how] + 1,
    flaws: withFlaw(tally.flaws, `case ${index}: ${why}`),
  }
}

function withFlaw(flaws: readonly string[], flaw: string): readonly string[] {
  return flaws.length < mostFlaws ? [...flaws, flaw] : flaws
}

/** `10000 images: 2000 used, 8000 refused, 0 flawed, 0 crashes, 0 hangs; the slowest took 0.2 s (case 17, png, cut end)` */
export function tallyInWords(name: string, tally: Tally): string {
  const { cases, used, refused, flawed, crashes, hangs, slowest } = tally
  return (
    `${cases} ${name}: ${used} used, ${refused} refused, ${flawed} flawed, ${crashes} crashes, ${hangs} hangs; ` +
    `the slowest took ${slowest.seconds.toFixed(2)} s (case ${slowest.index}, ${slowest.kind})`
  )
}
