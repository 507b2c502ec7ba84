import * as tf from "@saddlepoint/engine/tf"
import type { HostBatch } from "../../contracts/dataset.ts"
import type { DomainFacts, Loss } from "../../contracts/loss.ts"
import type { Player } from "../../contracts/player.ts"
import { ofRole } from "../../losses/compose.ts"
import type { OpenScene } from "../../play/scenes.ts"
import { standIn } from "../standIn.ts"
import type { OpenGame } from "./openGame.ts"
import type { Strategy } from "./strategy.ts"

/** What is known of a loss between the domains, by the name under which moves report it. */
export interface Divergence {
  /** Bounds of its value where both batches are the same `rows` images. */
  ofEqual(rows: number): readonly [least: number, most: number]
  /** Given by the player `domain`: its value where that one is blank, with all weights 0. */
  readonly blank?: number
  /** False where swapping the domains and turning the scores round gives another value (least squares with targets 0 and 1). */
  readonly turns?: boolean
}

/** Losses between the domains by the terms that moves report them as. All are symmetric, but for those that say they are not. */
export type Divergences = Readonly<Record<string, Divergence>>

/** The term of a domain network's loss, and that of a distance of one's own. */
const domainTerm = "domain"
const ownTerm = "divergence"

/**
 * The losses between the domains of a strategy, from the roles of its losses:
 * - of role domains, by its name: what it declares (`laws.ofEqual`).
 * - `domain`, of role adversarial where the player `domain` gives scores, and of role classification where it gives logits of two
 *   classes: mean over both halves, or their sum (option `reduction`), the source counting as real. Where the batches are equal no
 *   network is better than chance; a blank one scores 0. Binary cross-entropy, `ln 2`, where the strategy has no such loss in a slot.
 * - `divergence`, for distances of one's own that are no losses: 0 where the batches are equal.
 */
export async function divergencesOf({ losses, options }: Strategy, game: OpenGame): Promise<Divergences> {
  const declared = ofRole(losses, "domains").map(({ name, laws }) => [name, declaredBy(laws)] as const)
  const given = await givenByDomain(game)
  const [adversarial] = given.has("scores") ? ofRole(losses, "adversarial") : []
  const [classification] = ofRole(losses, "classification")
  const guessed = given.has("classLogits") ? classification?.laws.undecided(2) : undefined
  const factor = options.reduction === "sum" ? 1 : 1 / 2
  return {
    [ownTerm]: declaredBy({}),
    ...Object.fromEntries(declared),
    [domainTerm]:
      adversarial === undefined ? chance(guessed ?? 2 * factor * Math.LN2) : ofScores(adversarial, factor),
  }
}

/** Names of what the domain network gives while the moves are looked at. */
async function givenByDomain(game: OpenGame): Promise<ReadonlySet<string>> {
  const names = new Set<string>()
  const { domain } = game.players
  if (domain === undefined) return names
  const watched: Player = {
    ...domain,
    apply(inputs, mode) {
      const given = domain.apply(inputs, mode)
      for (const name of Object.keys(given)) names.add(name)
      return given
    },
  }
  const players = { ...game.players, domain: watched }
  await game.play((scene) => ({ ...termsIn(game, scene) }), { players })
  return names
}

/** The terms of a game's moves by `move/term`, none of which is taken. */
function termsIn({ moves }: OpenGame, scene: OpenScene): Readonly<Record<string, tf.Tensor>> {
  const found: Record<string, tf.Tensor> = {}
  for (const { name, objective } of moves) {
    const { terms, made = {} } = objective(scene)
    Object.assign(scene.made, made)
    for (const [term, value] of Object.entries(terms)) found[`${name}/${term}`] = value
  }
  return found
}

function declaredBy({ ofEqual }: DomainFacts): Divergence {
  return { ofEqual: (rows) => ofEqual?.(rows) ?? [0, 0] }
}

/** @param blank what a network pays that scores 0; the least that can be paid of equal batches, too, where left out */
function chance(blank: number, least = blank): Divergence {
  return { ofEqual: () => [least, Number.POSITIVE_INFINITY], blank }
}

/** Scores at which a domain network may guess. */
const guesses = Array.from({ length: 65 }, (_, at) => (at - 32) / 8)

/** What the opponent of an adversarial loss pays, times a factor, if it gives the same score to all that it sees. */
function ofScores(loss: Loss<"adversarial">, factor: number): Divergence {
  const given = Object.fromEntries(Object.keys(loss.needs ?? {}).map((need) => [need, standIn(need)]))
  const draw = (_: string, shape: readonly number[]) => tf.zeros([...shape])
  const paid = (real: number, fake: number) =>
    tf.tidy(() => {
      const at = (score: number) => ({ scores: tf.fill([1, 1], score), classLogits: tf.zeros([1, 2]) })
      const whole = tf.mean(loss.sides.opponent!({ real: at(real), fake: at(fake) }, { draw, given }))
      return factor * whole.dataSync()[0]!
    })
  const turns = guesses.every((score) => Math.abs(paid(score, 1) - paid(-1, -score)) < 1e-5)
  return { ...chance(paid(0, 0), Math.min(...guesses.map((score) => paid(score, score)))), turns }
}

/** One value of a divergence that a move reports. */
export interface DivergenceValue {
  readonly move: string
  readonly term: string
  readonly value: number
}

/** The divergences among the terms of a game's moves. */
export async function divergencesIn(
  game: OpenGame,
  known: Divergences,
  batch: HostBatch = game.batch,
): Promise<DivergenceValue[]> {
  const values = await game.play((scene) => termsIn(game, scene), { batch })
  return Object.entries(values).flatMap(([name, [value]]) => {
    const cut = name.lastIndexOf("/")
    const [move, term] = [name.slice(0, cut), name.slice(cut + 1)]
    return Object.hasOwn(known, term) ? [{ move, term, value: value! }] : []
  })
}

/** Which laws of divergences apply to a strategy: `true`, or one sentence why not. */
export interface DivergenceFacts {
  readonly divergence: true | string
  readonly symmetry: true | string
}

/** Looks for divergences among what the moves of a strategy's game report. */
export async function divergenceFacts(strategy: Strategy, game: OpenGame): Promise<DivergenceFacts> {
  const none = (why: string): DivergenceFacts => ({ divergence: why, symmetry: why })
  const known = await divergencesOf(strategy, game)
  const found = await divergencesIn(game, known)
  if (found.length === 0) {
    const names = Object.keys(known).sort().join(", ")
    return none(`no move reports a term that is known as a loss between the domains (${names})`)
  }
  if (found.some(({ term }) => term === domainTerm) && !hasOutput(game)) {
    return none(
      "its term `domain` comes from no player `domain` with a layer `output`, which could be made blank or turned round",
    )
  }
  const symmetric = found.some(({ term }) => known[term]!.turns !== false)
  return {
    divergence: true,
    symmetry: symmetric || "its domain loss is another where domains are swapped and scores turned round",
  }
}

function hasOutput({ players }: OpenGame): boolean {
  return Object.keys(players.domain?.variables ?? {}).some((name) => name.startsWith("output/"))
}
