import * as tf from "@saddlepoint/engine/tf"
import type { Batch, Game, Objective, Players, Turn } from "../../contracts/game.ts"
import { l1Plugin } from "../../losses/l1.ts"
import { lsgan } from "../../losses/objectives/lsgan.ts"
import type { Optimiser } from "../../contracts/optimiser.ts"
import type { Model, Player } from "../../contracts/player.ts"
import { linearDecay } from "../../contracts/schedule.ts"
import { drawnExchange, type ImagePool, imagePool, poolExchange } from "./imagePool.ts"

/**
 * `joint`: one turn of both generators, then one of both discriminators, as in the authors' PyTorch code. `alternating`:
 * generator AB, discriminator B, generator BA, discriminator A, as in their Torch code; each generator's turn computes both
 * cycles, so a step costs nearly twice as much.
 */
export type CycleOrder = "joint" | "alternating"

/** How a game between two domains is played. */
export interface CycleRules {
  readonly generator: Model
  /** Sees an image alone. */
  readonly discriminator: Model
  readonly optimiser: Optimiser
  /** Images in each of the two pools; 0 for none. */
  readonly pool: number
  readonly order: CycleOrder
  readonly weights: {
    /** Of the adversarial term of each generator, by the domain that it translates to. */
    readonly adversarialA: number
    readonly adversarialB: number
    readonly cycle: number
    /** Of the identity terms as it stands: the reference's 0.5 times the cycle's 10 is 5 here. */
    readonly identity: number
  }
  /** More terms of the generators, e.g. semantic consistency. */
  readonly besides?: (images: CycleImages, batch: Batch, players: Players) => readonly WeightedTerm[]
}

/** Where a game between two domains is played. */
export interface CycleTable {
  /** Shape of an image, the same in both domains. */
  readonly image: readonly number[]
  /** Fields of the batch with the images of each domain. */
  readonly fields: { readonly A: string; readonly B: string }
  readonly batch: number
  readonly seed: number
}

/** Images of one step, float32 `[batch, ...image]`. */
export interface CycleImages {
  readonly realA: tf.Tensor
  readonly realB: tf.Tensor
  /** Of domain B's images. */
  readonly fakeA: tf.Tensor
  /** Of domain A's images. */
  readonly fakeB: tf.Tensor
}

/** One term of an objective. With weight 0 it is reported but not learnt from. */
export interface WeightedTerm {
  readonly name: string
  readonly value: tf.Scalar
  readonly weight: number | tf.Tensor
}

/**
 * Two generators, two discriminators and two pools (Zhu et al. 2017, "Unpaired image-to-image translation using
 * cycle-consistent adversarial networks"): least-squares adversarial terms, L1 between each image and what comes back
 * of it, and L1 between an image of the wanted domain and its translation. The discriminators learn from half of their
 * loss (section 7.1), on images that the pools show; rates stay for half of the stage and then fall linearly to 0.
 *
 * Players: `generatorAB`, `generatorBA`, `discriminatorA`, `discriminatorB`, `poolA`, `poolB`. Discriminators see what
 * the generators made before their turn, as in the reference.
 */
export function cycleGame(rules: CycleRules, table: CycleTable): Game {
  const { generator, discriminator, pool } = rules
  const { image, batch, seed } = table
  const player = (model: Model, name: string): Player => model.player(name, [image], seed)
  return {
    players: {
      generatorAB: player(generator, "generatorAB"),
      generatorBA: player(generator, "generatorBA"),
      discriminatorA: player(discriminator, "discriminatorA"),
      discriminatorB: player(discriminator, "discriminatorB"),
      poolA: imagePool(pool, batch, image),
      poolB: imagePool(pool, batch, image),
    },
    drawn: (step) => ({
      ...drawnExchange("poolA", poolExchange(pool, batch, [seed, "image-pool", "A"], step)),
      ...drawnExchange("poolB", poolExchange(pool, batch, [seed, "image-pool", "B"], step)),
    }),
    turns:
      rules.order === "joint"
        ? [
            generatorTurn("generators", ["B", "A"], rules, table),
            discriminatorTurn("discriminators", ["A", "B"], rules, table),
          ]
        : [
            generatorTurn("generatorAB", ["B"], rules, table),
            discriminatorTurn("discriminatorB", ["B"], rules, table),
            generatorTurn("generatorBA", ["A"], rules, table),
            discriminatorTurn("discriminatorA", ["A"], rules, table),
          ],
  }
}

type Domain = "A" | "B"

const decay = linearDecay(0.5)
const distance = l1Plugin.build({ weight: 1 })

/** @param domains the domains that the learning generators translate to; their pools get the images */
function generatorTurn(
  name: string,
  domains: readonly Domain[],
  { optimiser, weights, besides }: CycleRules,
  { fields }: CycleTable,
): Turn {
  return {
    name,
    learns: domains.map((domain) => (domain === "B" ? "generatorAB" : "generatorBA")),
    optimiser,
    rate: decay,
    objective(batch, players) {
      const [realA, realB] = [batch[fields.A]!, batch[fields.B]!]
      const toA = (x: tf.Tensor) => players.generatorBA!.apply([x], "train")
      const toB = (x: tf.Tensor) => players.generatorAB!.apply([x], "train")
      const [fakeA, fakeB] = [toA(realB), toB(realA)]
      const fakes = { A: fakeA, B: fakeB }
      for (const domain of domains) {
        const pool = players[`pool${domain}`] as ImagePool
        pool.exchange(fakes[domain], batch[`pool${domain}.shown`]!, batch[`pool${domain}.kept`]!)
      }
      const fooled = (domain: Domain) =>
        mean(lsgan.generator(players[`discriminator${domain}`]!.apply([fakes[domain]], "train")))
      const apart = (one: tf.Tensor, other: tf.Tensor) => mean(distance.compute(one, other))
      return objectiveOf([
        { name: "adversarialA", value: fooled("A"), weight: weights.adversarialA },
        { name: "adversarialB", value: fooled("B"), weight: weights.adversarialB },
        { name: "cycleA", value: apart(toA(fakeB), realA), weight: weights.cycle },
        { name: "cycleB", value: apart(toB(fakeA), realB), weight: weights.cycle },
        ...(weights.identity === 0
          ? []
          : [
              { name: "identityA", value: apart(toA(realA), realA), weight: weights.identity },
              { name: "identityB", value: apart(toB(realB), realB), weight: weights.identity },
            ]),
        ...(besides?.({ realA, realB, fakeA, fakeB }, batch, players) ?? []),
      ])
    },
  }
}

function discriminatorTurn(
  name: string,
  domains: readonly Domain[],
  { optimiser }: CycleRules,
  { fields }: CycleTable,
): Turn {
  return {
    name,
    learns: domains.map((domain) => `discriminator${domain}`),
    optimiser,
    rate: decay,
    objective: (batch, players) =>
      objectiveOf(
        domains.map((domain) => {
          const scores = (x: tf.Tensor) => players[`discriminator${domain}`]!.apply([x], "train")
          const shown = players[`pool${domain}`]!.apply([], "train")
          const value = mean(lsgan.discriminator(scores(batch[fields[domain]]!), scores(shown)))
          return { name: `lsgan${domain}`, value, weight: 0.5 }
        }),
      ),
  }
}

const mean = (x: tf.Tensor): tf.Scalar => tf.mean(x) as tf.Scalar

function objectiveOf(terms: readonly WeightedTerm[]): Objective {
  const learnt = terms.filter(({ weight }) => weight !== 0)
  return {
    total: tf.addN(learnt.map(({ value, weight }) => tf.mul(value, weight))) as tf.Scalar,
    terms: Object.fromEntries(terms.map(({ name, value }) => [name, value])),
  }
}
