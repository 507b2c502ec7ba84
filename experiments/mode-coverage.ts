import { baseline, challenger, experiment, relative } from "@saddlepoint/core/experiment"
import { adversarial } from "@saddlepoint/core/losses/adversarial"
import { gan } from "@saddlepoint/core/methods/samples/gan"
import { dcganDiscriminator } from "@saddlepoint/core/models/dcganDiscriminator"
import { dcganGenerator } from "@saddlepoint/core/models/dcganGenerator"
import { adam } from "@saddlepoint/core/optimisers/adam"
import { glyphs } from "@saddlepoint/datasets/glyphs"
import { mnist } from "@saddlepoint/datasets/mnist"
import { stacked } from "@saddlepoint/datasets/stacked"
import { classCoverage } from "@saddlepoint/metrics/classCoverage"
import { stackedClassifier } from "@saddlepoint/metrics/judges/stackedClassifier"

const shared = {
  data: stacked({ images: mnist() }),
  generator: dcganGenerator({ width: 24 }),
  // A third of the generator's channels, as weak opponents show collapse (PacGAN, table 3).
  discriminator: dcganDiscriminator({ width: 8 }),
  losses: [adversarial("bce")],
  optimiser: adam({ rate: 1e-4, beta1: 0.5, beta2: 0.99 }),
  discriminatorOptimiser: adam({ rate: 2e-4, beta1: 0.5, beta2: 0.99 }),
  batch: 64,
  latent: 64,
  samples: 5000,
  snapshots: 4,
} as const

const judge = stackedClassifier()

/**
 * How many of the 1,000 combinations of three stacked digits does a GAN make, and does packing make it more (Lin et al. 2018, section 4.2)? Real images of
 * 5,000 have some 993; their KL is not 0, as so few fill 1,000 shares unevenly.
 */
export default experiment({
  name: "mode-coverage",
  question: "Does packing make a GAN cover more of 1,000 modes?",
  arms: {
    gan: baseline(gan({ ...shared })),
    packed2: challenger(gan({ ...shared, packing: 2 })),
    packed4: challenger(gan({ ...shared, packing: 4 })),
  },
  metrics: [classCoverage({ classifier: judge })],
  compare: [
    { metric: "classes", against: ["gan"], margin: relative(0.05), alpha: 0.05 },
    { metric: "classKl", against: ["gan"], margin: relative(0.1), alpha: 0.05 },
  ],
  seeds: 5,
  budget: { steps: 3000 },
  profiles: {
    /** Generated digits and few steps: that everything runs, in three minutes. */
    quick: {
      arms: Object.fromEntries(
        ["gan", "packed2", "packed4"].map((arm) => [
          arm,
          {
            data: stacked({ images: glyphs({ size: 28, train: 2000, validation: 1, test: 500 }) }),
            samples: 500,
            snapshots: 2,
          },
        ]),
      ),
      seeds: 2,
      budget: { steps: 200 },
    },
  },
})
