import { baseline, challenger, experiment, relative } from "@saddlepoint/core/experiment"
import { adversarial } from "@saddlepoint/core/losses/adversarial"
import { gradientPenalty } from "@saddlepoint/core/losses/gradientPenalty"
import { r1 } from "@saddlepoint/core/losses/r1"
import { r2 } from "@saddlepoint/core/losses/r2"
import { gan } from "@saddlepoint/core/methods/samples/gan"
import { mlpDiscriminator } from "@saddlepoint/core/models/mlpDiscriminator"
import { sgd } from "@saddlepoint/core/optimisers/sgd"
import { gridOfGaussians } from "@saddlepoint/datasets/gridOfGaussians"
import { slicedWasserstein } from "@saddlepoint/metrics/slicedWasserstein"
import { diracGenerator } from "./models/diracGenerator.ts"

const shared = {
  // One Gaussian so narrow that it is a point.
  data: gridOfGaussians({ side: 1, deviation: 1e-4 }),
  generator: diracGenerator(),
  // Linear: D(x) = psi x + b.
  discriminator: mlpDiscriminator({ hidden: [] }),
  // Steps of 0.2, as in the authors' notebook.
  optimiser: sgd({ rate: 0.2 }),
  batch: 8,
  latent: 1,
  snapshots: 9,
}

/**
 * The Dirac-GAN (Mescheder et al. 2018, section 2), in the plane: all data in one point, a generator that makes one point, a linear
 * discriminator. Whether training converges is then known by linearisation: without a penalty, and for WGAN-GP, players go round the
 * answer for ever; penalties whose target is zero lead them to it. Every trial begins at a distance of 1, in another direction.
 */
export default experiment({
  name: "dirac-gan",
  question: "Which adversarial losses converge where data are a single point?",
  arms: {
    none: baseline(gan({ ...shared, losses: [adversarial("bce")] })),
    wasserstein: challenger(gan({ ...shared, losses: [adversarial("wasserstein")] })),
    clip: challenger(gan({ ...shared, losses: [adversarial("wasserstein")], clip: 1 })),
    // The notebook's regulariser and target: 0.3 and 1.
    gradientPenalty: challenger(
      gan({ ...shared, losses: [adversarial("wasserstein"), gradientPenalty(0.3)] }),
    ),
    r1: challenger(gan({ ...shared, losses: [adversarial("bce"), r1(0.3)] })),
    r2: challenger(gan({ ...shared, losses: [adversarial("bce"), r2(0.3)] })),
  },
  metrics: [slicedWasserstein()],
  compare: { metric: "slicedWasserstein", against: ["none"], margin: relative(0.1), alpha: 0.05 },
  seeds: 10,
  budget: { steps: 500 },
  profiles: {
    /** A first look, in half a minute. */
    quick: { seeds: 5 },
  },
})
