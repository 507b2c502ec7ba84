import type { HostBatch } from "../../play/loader.ts"
import type { OpenGame } from "./openGame.ts"

/** What is known of a loss between the domains, by the name under which turns report it. */
interface Divergence {
  /** Bounds of its value where both batches are the same `rows` images. */
  readonly ofEqual: (rows: number) => readonly [least: number, most: number]
  /** Given by the player `domain`: its value where that one is blank, with all weights 0. */
  readonly blank?: number
}

/** Kernels of `multiKernelMmd`, each 1 at a distance of 0. */
const kernels = 5

/**
 * Losses between the domains by the terms that strategies report them as. All are symmetric.
 * - `coral`, and `divergence` for strategies of one's own: 0 where the batches are equal.
 * - `mmd`, as `multiKernelMmd` has it: leaving out the diagonals within the domains takes `2 (5 - k) / n` away from 0, where k
 *   from 0 to 5 is the kernels' mean off the diagonal and n are the rows, and `2 / (n - 1)` is added.
 * - `domain`, a binary cross-entropy of the domains, mean over both halves: where they are equal no network is better
 *   than chance, `softplus(s) + softplus(-s) >= 2 ln 2`, and a blank one gives ln 2.
 */
export const divergences: Readonly<Record<string, Divergence>> = {
  coral: { ofEqual: () => [0, 0] },
  divergence: { ofEqual: () => [0, 0] },
  mmd: { ofEqual: (rows) => [2 / (rows - 1) - (2 * kernels) / rows, 2 / (rows - 1)] },
  domain: { ofEqual: () => [Math.LN2, Number.POSITIVE_INFINITY], blank: Math.LN2 },
}

/** One value of a divergence that a turn reports. */
export interface DivergenceValue {
  readonly turn: string
  readonly term: string
  readonly value: number
}

/** The divergences among the terms of a game's turns. */
export async function divergencesOf(game: OpenGame, batch: HostBatch): Promise<DivergenceValue[]> {
  const values: DivergenceValue[] = []
  for (const { name: turn, objective } of game.turns) {
    const terms = await game.play((seen) => ({ ...objective(seen, game.players).terms }), batch)
    for (const [term, [value]] of Object.entries(terms)) {
      if (Object.hasOwn(divergences, term)) values.push({ turn, term, value: value! })
    }
  }
  return values
}

/** Whether the laws of divergences apply to a game: `true`, or one sentence why not. */
export async function hasDivergence(game: OpenGame): Promise<true | string> {
  const found = await divergencesOf(game, game.batch)
  if (found.length === 0) {
    const known = Object.keys(divergences).sort().join(", ")
    return `no turn reports a term that is known as a loss between the domains (${known})`
  }
  if (found.some(({ term }) => term === "domain") && !hasOutput(game)) {
    return "its term `domain` comes from no player `domain` with a layer `output`, which could be made blank or turned round"
  }
  return true
}

function hasOutput({ players }: OpenGame): boolean {
  return Object.keys(players.domain?.variables ?? {}).some((name) => name.startsWith("output/"))
}
