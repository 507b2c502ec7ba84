import * as tf from "@saddlepoint/engine/tf"
import type { Objective, Scene } from "../contracts/game.ts"
import type { GivenNetwork } from "../contracts/givenNetwork.ts"
import type { AnyLoss, Loss, Role, Roles, Side } from "../contracts/loss.ts"
import type { Mistake } from "../contracts/mistake.ts"
import type { Values } from "../contracts/player.ts"

/** One term of an objective. With weight 0 it is reported but not learnt from. */
export interface Term {
  readonly name: string
  readonly value: tf.Scalar
  readonly weight: number | tf.Tensor
}

/** What a move can show to losses, by their roles; losses of other roles have no say in it. */
export type Shown = { readonly [R in Role]?: Roles[R] }

/** How a method takes its losses in a move. */
export interface Taking {
  readonly side: Side
  /** Names of the terms; those of the losses where left out. */
  readonly name?: (loss: AnyLoss) => string
  /** The method's own factor of the losses' weights, or of each one's; 1 where left out. */
  readonly factor?: number | ((loss: AnyLoss) => number)
}

/**
 * The terms of those losses that have something to say in a move, in their order, as batch means.
 *
 * Whom a weight concerns: everybody who learns from the loss; but an opponent learns from the whole of an adversarial loss, whose
 * weight says how much the learner minds its opponent.
 */
export function termsOf(
  losses: readonly AnyLoss[],
  shown: Shown,
  scene: Scene,
  { side, name = (loss) => loss.name, factor = 1 }: Taking,
): Term[] {
  const speaking = losses
    .map((loss, index) => ({ loss, index, own: name(loss) }))
    .filter(({ loss }) => loss.sides[side] !== undefined && shown[loss.role] !== undefined)
  return speaking.flatMap(({ loss, index, own }) => {
    const of = loss.sides[side] as unknown
    const seen = shown[loss.role]
    const { every = 1 } = loss
    if (every > 1 && !scene.every(every)) return []
    const world = {
      draw: (what: string, ...rest: [readonly number[], Parameters<Scene["draw"]>[2]]) =>
        scene.draw(`${loss.name}/${what}`, ...rest),
      given: Object.fromEntries(
        Object.entries(loss.needs ?? {}).map(([need, network]) => [need, scene.given(network)]),
      ),
    }
    const values = (of as (seen: unknown, world: unknown) => tf.Tensor)(seen, world)
    const whole = side === "opponent" && loss.role === "adversarial"
    const times = every * (typeof factor === "number" ? factor : factor(loss))
    // By the place among all losses, not among those of this step: a name stands for the same loss in every step.
    const first = speaking.find((other) => other.own === own)!.loss === loss
    return [
      {
        name: first ? own : `${own}.${index}`,
        value: (loss.scope === "batch" ? values : tf.mean(values)) as tf.Scalar,
        weight: whole ? times : weightOf(loss, index, times, scene),
      },
    ]
  })
}

/**
 * The weighted sum of some terms: the one place where weights are multiplied in.
 * @throws one sentence where there are none: nobody could learn from it
 */
export function objectiveOf(terms: readonly Term[], made?: Values): Objective {
  if (terms.length === 0) {
    throw new Error(
      "Expected at least one loss that is computed in this step but got none; leave `every` out of one of the move's losses.",
    )
  }
  const learnt = terms.filter(({ weight }) => weight !== 0)
  const named: Record<string, tf.Scalar> = {}
  for (const [index, { name, value }] of terms.entries())
    named[name in named ? `${name}.${index}` : name] = value
  return {
    total: tf.addN(
      (learnt.length > 0 ? learnt : terms).map(({ value, weight }) => tf.mul(value, weight)),
    ) as tf.Scalar,
    terms: named,
    ...(made === undefined ? {} : { made }),
  }
}

/** Losses of roles that a method has nothing to show to, as mistakes. @param roles those that it takes */
export function unheardLosses(losses: readonly AnyLoss[], roles: readonly Role[]): Mistake[] {
  return losses.flatMap(({ name, role }, index) =>
    roles.includes(role)
      ? []
      : [
          {
            path: ["losses", index],
            message: `expected losses of the roles ${roles.join(", ")} but ${name} is of the role ${role}; remove it`,
          },
        ],
  )
}

/** The networks that some losses see with, each once. */
export function needsOf(losses: readonly AnyLoss[]): readonly GivenNetwork[] {
  return [...new Set(losses.flatMap(({ needs = {} }) => Object.values(needs)))]
}

/** The losses of one role, in their order. */
export function ofRole<R extends Role>(losses: readonly AnyLoss[], role: R): readonly Loss<R>[] {
  return losses.filter((loss) => loss.role === role) as unknown as Loss<R>[]
}

function weightOf(loss: AnyLoss, index: number, factor: number, scene: Scene): number | tf.Tensor {
  const { weight, schedule, name } = loss
  if (schedule === undefined) return factor * weight
  return tf.mul(scene.schedule(`weight/${name}.${index}`, schedule), factor * weight)
}
