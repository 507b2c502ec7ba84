import { mean, meanInterval } from "@saddlepoint/metrics/maths/statistics/mean"
import { pairedT } from "@saddlepoint/metrics/maths/statistics/pairedT"
import type { PeerPlayed } from "./playPeer.ts"
import type { Played } from "./playRecipe.ts"
import { meets, type Recipe } from "./recipe.ts"

/** 1 - confidence of every interval. */
const alpha = 0.05

/** A mean over seeds; its interval where there are two or more. */
export interface Spread {
  readonly mean: number
  readonly low?: number
  readonly high?: number
}

/** The scores of one side, seed by seed, and what they took. */
export interface Side {
  /** Null where a trial diverged or failed. */
  readonly scores: readonly (number | null)[]
  readonly score?: Spread
  /** Of training, for each trial: their mean. */
  readonly seconds?: number
  /** What went wrong, a sentence each. */
  readonly evidence: readonly string[]
}

/** How a recipe stands beside its bar and its peer. */
export interface Standing extends Side {
  readonly recipe: string
  readonly seeds: readonly number[]
  readonly bar: Recipe["bar"]
  /** Whether the mean over seeds stands the bar and no seed is without a score; null where the recipe was not played in full. */
  readonly met: boolean | null
  /** The seconds of training that it declares for each trial. */
  readonly declaredSeconds: number
  readonly peer?: PeerStanding
}

export interface PeerStanding extends Side {
  readonly torch?: string
  /** Of ours from theirs, paired by seed. */
  readonly difference?: Spread
  /** Whether the difference's interval holds 0: what seeds alone do explains it. Absent with fewer than two pairs. */
  readonly withinSpread?: boolean
  /** Largest difference of a loss in the first steps; absent where dropout is in them. */
  readonly apart?: number
}

/**
 * What a recipe's trials and its peer's say together.
 * @param whole whether the recipe was played in full, so that its bar may be asked for
 */
export function standingOf(
  name: string,
  recipe: Recipe,
  ours: readonly Played[],
  theirs: readonly PeerPlayed[],
  whole = true,
): Standing {
  const side = sideOf(ours)
  const complete = side.scores.every((score) => score !== null)
  return {
    recipe: name,
    seeds: ours.map(({ seed }) => seed),
    bar: recipe.bar,
    met: whole ? complete && side.score !== undefined && meets(recipe.bar, side.score.mean) : null,
    declaredSeconds: recipe.minutes * 60,
    ...side,
    ...(theirs.length === 0 ? {} : { peer: peerOf(ours, theirs) }),
  }
}

function sideOf(played: readonly Played[]): Side {
  const scores = played.map(({ score }) => score ?? null)
  const found = scores.filter((score) => score !== null)
  const seconds = played.flatMap(({ seconds }) => seconds ?? [])
  return {
    scores,
    ...(found.length === 0 ? {} : { score: spreadOf(found) }),
    ...(seconds.length === 0 ? {} : { seconds: mean(seconds) }),
    evidence: played.flatMap(({ seed, evidence }) =>
      evidence === undefined ? [] : [`Seed ${seed}: ${evidence}`],
    ),
  }
}

function peerOf(ours: readonly Played[], theirs: readonly PeerPlayed[]): PeerStanding {
  const pairs = ours.flatMap(({ seed, score }) => {
    const other = theirs.find((peer) => peer.seed === seed)?.score
    return score === undefined || other === undefined ? [] : [[score, other] as const]
  })
  const [mine, other] = [pairs.map(([score]) => score), pairs.map(([, score]) => score)]
  const torch = theirs.find((peer) => peer.torch !== undefined)?.torch
  const apart = theirs.flatMap((peer) => peer.apart ?? [])
  return {
    ...(torch === undefined ? {} : { torch }),
    ...sideOf(theirs),
    ...(pairs.length === 1 ? { difference: { mean: mine[0]! - other[0]! } } : {}),
    ...(pairs.length > 1 ? compared(mine, other) : {}),
    ...(apart.length === 0 ? {} : { apart: Math.max(...apart) }),
  }
}

function compared(mine: readonly number[], other: readonly number[]) {
  const { mean, low, high } = pairedT(mine, other, alpha)
  return { difference: { mean, low, high }, withinSpread: low <= 0 && high >= 0 }
}

function spreadOf(values: readonly number[]): Spread {
  return values.length === 1 ? { mean: values[0]! } : meanInterval(values, alpha)
}
