import { stream } from "@saddlepoint/engine/random"
import type * as tf from "@saddlepoint/engine/tf"
import type { Field } from "../../contracts/field.ts"
import {
  type Batch,
  type Game,
  type Learn,
  learn,
  type Move,
  type Objective,
  type Scene,
} from "../../contracts/game.ts"
import type { AnyLoss } from "../../contracts/loss.ts"
import type { AnyOptimiser } from "../../contracts/optimiser.ts"
import type { Model, Player } from "../../contracts/player.ts"
import { asLearner } from "../../losses/asLearner.ts"
import { objectiveOf, type Term, termsOf } from "../../losses/compose.ts"
import { linearDecay } from "../../schedules/linearDecay.ts"
import { type Exchange, imagePool, poolExchange, poolMove } from "./imagePool.ts"

/**
 * `joint`: one move of both generators, then one of both discriminators, as in the authors' PyTorch code. `alternating`:
 * generator AB, discriminator B, generator BA, discriminator A, as in their Torch code; each generator's move computes both
 * cycles, so a step costs nearly twice as much.
 */
export type CycleOrder = "joint" | "alternating"

/** How a game between two domains is played. */
export interface CycleRules {
  readonly generator: Model
  /** Sees an image alone. */
  readonly discriminator: Model
  readonly optimiser: AnyOptimiser
  /** Of the discriminators; `optimiser` where left out. */
  readonly discriminatorOptimiser?: AnyOptimiser
  /** Images in each of the two pools; 0 for none. */
  readonly pool: number
  readonly order: CycleOrder
  /**
   * Adversarial losses are those of each domain's generator and discriminator; reconstruction losses compare an image with what comes
   * back of it in a cycle.
   */
  readonly losses: readonly AnyLoss[]
  /** Weight of the identity terms, as a share of the cycles'; 0 for none. */
  readonly identity: number
  /** Factors of the adversarial losses' weights, by the domain that a generator translates to; 1 where left out. */
  readonly adversarial?: { readonly A: number; readonly B: number }
  /** More terms of the generators, e.g. semantic consistency. */
  readonly besides?: (images: CycleImages, scene: Scene) => readonly Term[]
}

/** Where a game between two domains is played. */
export interface CycleTable {
  /** An image, the same in both domains. */
  readonly image: Field
  /** Fields of the batch with the images of each domain. */
  readonly fields: { readonly A: string; readonly B: string }
  readonly batch: number
  readonly seed: number
  /** What a pool does in a step; drawn from the streams `seed/image-pool/<domain>` where left out. */
  readonly exchange?: (domain: Domain, step: number) => Exchange
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

export type Domain = "A" | "B"

/** The discriminators learn from half of their loss (Zhu et al. 2017, section 7.1). */
const opponentShare = 0.5

/** Rates stay for half of the stage and then fall linearly to 0. */
const decay = linearDecay(0.5)

/**
 * Two generators, two discriminators and two pools (Zhu et al. 2017, "Unpaired image-to-image translation using
 * cycle-consistent adversarial networks"): adversarial terms, a distance between each image and what comes back
 * of it, and the same distance between an image of the wanted domain and its translation. The discriminators learn on images that the
 * pools show.
 *
 * Players: `generatorAB`, `generatorBA`, `discriminatorA`, `discriminatorB`, `poolA`, `poolB`. Discriminators see what
 * the generators made before their move, as in the reference.
 */
export function cycleGame(rules: CycleRules, table: CycleTable): Game {
  const { generator, discriminator, pool } = rules
  const { image, batch, seed } = table
  const player = (model: Model, name: string): Player => model.player(name, { inputs: { image } }, seed)
  const {
    exchange = (domain, step) => poolExchange(pool, batch, stream(seed, "image-pool", domain, step), step),
  } = table
  const pools = (domains: readonly Domain[]): Move[] =>
    domains.map((domain) => poolMove(`pool${domain}`, `fake${domain}`, (step) => exchange(domain, step)))
  const generators = (name: string, domains: readonly Domain[]) => [
    generatorMove(name, domains, rules, table),
    ...pools(domains),
  ]
  const discriminators = (name: string, domains: readonly Domain[]) =>
    discriminatorMove(name, domains, rules, table)
  return {
    players: {
      generatorAB: player(generator, "generatorAB"),
      generatorBA: player(generator, "generatorBA"),
      discriminatorA: player(discriminator, "discriminatorA"),
      discriminatorB: player(discriminator, "discriminatorB"),
      poolA: imagePool(pool, batch, image.shape),
      poolB: imagePool(pool, batch, image.shape),
    },
    moves:
      rules.order === "joint"
        ? [...generators("generators", ["B", "A"]), discriminators("discriminators", ["A", "B"])]
        : [
            ...generators("generatorAB", ["B"]),
            discriminators("discriminatorB", ["B"]),
            ...generators("generatorBA", ["A"]),
            discriminators("discriminatorA", ["A"]),
          ],
  }
}

/** @param domains the domains that the learning generators translate to; their pools get the images */
function generatorMove(
  name: string,
  domains: readonly Domain[],
  rules: CycleRules,
  { fields }: CycleTable,
): Learn {
  return learn({
    name,
    learns: domains.map((domain) => (domain === "B" ? "generatorAB" : "generatorBA")),
    optimiser: rules.optimiser,
    rate: decay,
    objective: (scene) => generatorObjective(rules, scene, imagesIn(scene.batch, fields)),
  })
}

function imagesIn(batch: Batch, { A, B }: CycleTable["fields"]) {
  return { realA: batch[A]!, realB: batch[B]! }
}

function generatorObjective(
  { losses, identity, besides, adversarial = { A: 1, B: 1 } }: CycleRules,
  scene: Scene,
  { realA, realB }: Pick<CycleImages, "realA" | "realB">,
): Objective {
  const { players } = scene
  const toA = (image: tf.Tensor) => players.generatorBA!.apply({ image }, "train").image!
  const toB = (image: tf.Tensor) => players.generatorAB!.apply({ image }, "train").image!
  const [fakeA, fakeB] = [toA(realB), toB(realA)]
  const [reals, fakes] = [
    { A: realA, B: realB },
    { A: fakeA, B: fakeB },
  ]
  const fooled = (domain: Domain): Term[] => {
    const judge = (image: tf.Tensor) => players[`discriminator${domain}`]!.apply({ image }, "train")
    const shown = { adversarial: asLearner(judge(fakes[domain]), () => judge(reals[domain])) }
    const name = named(losses, "adversarial", domain)
    return termsOf(losses, shown, scene, { side: "learner", name, factor: adversarial[domain] })
  }
  const distance = (word: string, domain: Domain, output: tf.Tensor, factor = 1): Term[] => {
    const shown = { reconstruction: { output, target: reals[domain] } }
    return termsOf(losses, shown, scene, { side: "learner", name: named(losses, word, domain), factor })
  }
  return objectiveOf(
    [
      ...fooled("A"),
      ...fooled("B"),
      ...distance("cycle", "A", toA(fakeB)),
      ...distance("cycle", "B", toB(fakeA)),
      ...(identity === 0
        ? []
        : [
            ...distance("identity", "A", toA(realA), identity),
            ...distance("identity", "B", toB(realB), identity),
          ]),
      ...(besides?.({ realA, realB, fakeA, fakeB }, scene) ?? []),
    ],
    { fakeA, fakeB },
  )
}

/** `cycleA`; with the loss's name behind it where there are several of its role. */
function named(losses: readonly AnyLoss[], word: string, domain: Domain): (loss: AnyLoss) => string {
  return ({ role, name }) => {
    const several = losses.filter((loss) => loss.role === role).length > 1
    return `${word}${domain}${several ? `.${name}` : ""}`
  }
}

function discriminatorMove(
  name: string,
  domains: readonly Domain[],
  { optimiser, discriminatorOptimiser = optimiser, losses }: CycleRules,
  { fields }: CycleTable,
): Learn {
  return learn({
    name,
    learns: domains.map((domain) => `discriminator${domain}`),
    optimiser: discriminatorOptimiser,
    rate: decay,
    objective: (scene) =>
      objectiveOf(
        domains.flatMap((domain) => {
          const judge = (image: tf.Tensor) =>
            scene.players[`discriminator${domain}`]!.apply({ image }, "train")
          const [real, fake] = [
            scene.batch[fields[domain]]!,
            scene.players[`pool${domain}`]!.apply({}, "train").image!,
          ]
          const shown = {
            adversarial: { real: judge(real), fake: judge(fake) },
            critic: { real, fake, score: (image: tf.Tensor) => judge(image).scores! },
          }
          return termsOf(losses, shown, scene, {
            side: "opponent",
            factor: opponentShare,
            name: (loss) => `${loss.name}${domain}`,
          })
        }),
      ),
  })
}
