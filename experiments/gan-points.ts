import { baseline, challenger, experiment, relative } from "@saddlepoint/core/experiment"
import { adversarial } from "@saddlepoint/core/losses/adversarial"
import { gradientPenalty } from "@saddlepoint/core/losses/gradientPenalty"
import { r1 } from "@saddlepoint/core/losses/r1"
import { gan } from "@saddlepoint/core/methods/samples/gan"
import { mlpDiscriminator } from "@saddlepoint/core/models/mlpDiscriminator"
import { mlpGenerator } from "@saddlepoint/core/models/mlpGenerator"
import { adam } from "@saddlepoint/core/optimisers/adam"
import { linearDecaySchedule } from "@saddlepoint/core/schedules/linearDecay"
import { gridOfGaussians } from "@saddlepoint/datasets/gridOfGaussians"
import { ringOfGaussians } from "@saddlepoint/datasets/ringOfGaussians"
import { modeCoverage } from "@saddlepoint/metrics/modeCoverage"

/**
 * A discriminator that moves five times for each move of the generator, as in `ring8` of github.com/xyfJASON/GANs-Implementations, in smaller networks: sure
 * enough of itself that a plain GAN loses modes. Rates fall to 0 over the second half.
 */
const shared = {
  data: ringOfGaussians(),
  generator: mlpGenerator({ hidden: [64, 64, 64] }),
  discriminator: mlpDiscriminator({ hidden: [64, 64, 64] }),
  optimiser: adam({ rate: 1e-3, beta1: 0.5, schedule: linearDecaySchedule() }),
  batch: 64,
  latent: 2,
  criticMoves: 5,
  average: 0.99,
  snapshots: 9,
} as const

const arms = ["bce", "lsgan", "r1", "wganGp", "packed"] as const

/**
 * Which adversarial loss keeps all modes of a ring of 8 Gaussians where a plain GAN loses some, and how closely does it follow them? A perfect sampler
 * has 0.989 points of high quality. The picture of every arm shows its points on the field of its discriminator.
 */
export default experiment({
  name: "gan-points",
  question: "Which adversarial loss keeps the modes that a plain GAN loses?",
  arms: {
    bce: baseline(gan({ ...shared, losses: [adversarial("bce")] })),
    lsgan: challenger(gan({ ...shared, losses: [adversarial("lsgan")] })),
    r1: challenger(gan({ ...shared, losses: [adversarial("bce"), r1(0.003)] })),
    wganGp: challenger(gan({ ...shared, losses: [adversarial("wasserstein"), gradientPenalty(0.1)] })),
    packed: challenger(gan({ ...shared, packing: 2, losses: [adversarial("bce")] })),
  },
  metrics: [modeCoverage()],
  compare: { metric: "reverseKl", against: ["bce"], margin: relative(0.1), alpha: 0.05 },
  seeds: 6,
  budget: { steps: 2500 },
  profiles: {
    /** The plain GAN, least squares and R1, in some three minutes. */
    quick: { arms: { wganGp: null, packed: null }, seeds: 5 },
    /** The grid of 25, with wider networks that move in turn. */
    grid: {
      arms: Object.fromEntries(
        arms.map((arm) => [
          arm,
          {
            data: gridOfGaussians(),
            generator: mlpGenerator({ hidden: [128, 128, 128] }),
            discriminator: mlpDiscriminator({ hidden: [128, 128, 128] }),
            batch: 128,
            criticMoves: 1,
          },
        ]),
      ),
      budget: { steps: 10_000 },
    },
  },
})
