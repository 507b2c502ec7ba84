import { baseline, challenger, experiment, relative } from "@saddlepoint/core/experiment"
import { adversarial } from "@saddlepoint/core/losses/adversarial"
import { crossEntropy } from "@saddlepoint/core/losses/crossEntropy"
import { gan } from "@saddlepoint/core/methods/samples/gan"
import { dcganDiscriminator } from "@saddlepoint/core/models/dcganDiscriminator"
import { dcganGenerator } from "@saddlepoint/core/models/dcganGenerator"
import { adam } from "@saddlepoint/core/optimisers/adam"
import { linearDecaySchedule } from "@saddlepoint/core/schedules/linearDecay"
import { glyphs } from "@saddlepoint/datasets/glyphs"
import { mnist } from "@saddlepoint/datasets/mnist"
import { askedClass } from "@saddlepoint/metrics/askedClass"
import { classCoverage } from "@saddlepoint/metrics/classCoverage"
import { fid } from "@saddlepoint/metrics/fid"
import { inceptionScore } from "@saddlepoint/metrics/inceptionScore"
import { domainClassifier } from "@saddlepoint/metrics/judges/domainClassifier"

const width = 24
const shared = {
  data: mnist(),
  generator: dcganGenerator({ width }),
  discriminator: dcganDiscriminator({ width }),
  losses: [adversarial("bce")],
  optimiser: adam({ rate: 4e-4, beta1: 0.5, schedule: linearDecaySchedule() }),
  batch: 64,
  latent: 64,
  samples: 2000,
  conditional: true,
  average: 0.99,
  snapshots: 4,
} as const

const judge = domainClassifier({ steps: 2000, width: 16 })

/**
 * Three ways to ask a GAN for a class: the class joined to the latent (Mirza and Osindero 2014) against a discriminator that compares it with what it sees
 * (projection, Miyato and Koyama 2018), the same with norms of each class in the generator, and an auxiliary classifier that the discriminator learns (ACGAN,
 * Odena et al. 2017). An independent classifier says whether samples are of the class that was asked for.
 */
export default experiment({
  name: "conditional",
  question: "How should a GAN be told the class that it is asked for?",
  arms: {
    projection: baseline(gan({ ...shared })),
    norms: challenger(gan({ ...shared, generator: dcganGenerator({ width, condition: "norm" }) })),
    acgan: challenger(gan({ ...shared, losses: [adversarial("bce"), crossEntropy()] })),
  },
  metrics: [
    askedClass({ classifier: judge }),
    inceptionScore({ classifier: judge }),
    classCoverage({ classifier: judge }),
    fid({ features: judge }),
  ],
  compare: [
    { metric: "askedClass", against: ["projection"], margin: relative(0.1), alpha: 0.05 },
    { metric: "fid", against: ["projection"], margin: relative(0.1), alpha: 0.05 },
  ],
  seeds: 5,
  budget: { steps: 1500 },
  profiles: {
    /** Generated digits and few steps: that everything runs, in three minutes. */
    quick: {
      arms: Object.fromEntries(
        ["projection", "norms", "acgan"].map((arm) => [
          arm,
          { data: glyphs({ size: 28, train: 2000, validation: 1, test: 500 }), samples: 500, snapshots: 2 },
        ]),
      ),
      seeds: 2,
      budget: { steps: 400 },
    },
  },
})
