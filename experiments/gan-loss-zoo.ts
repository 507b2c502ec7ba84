import { baseline, challenger, experiment, relative } from "@saddlepoint/core/experiment"
import { adversarial } from "@saddlepoint/core/losses/adversarial"
import { dragan } from "@saddlepoint/core/losses/dragan"
import { gradientPenalty } from "@saddlepoint/core/losses/gradientPenalty"
import { gan } from "@saddlepoint/core/methods/samples/gan"
import { dcganDiscriminator } from "@saddlepoint/core/models/dcganDiscriminator"
import { dcganGenerator } from "@saddlepoint/core/models/dcganGenerator"
import { adam } from "@saddlepoint/core/optimisers/adam"
import { fashionMnist } from "@saddlepoint/datasets/fashionMnist"
import { glyphs } from "@saddlepoint/datasets/glyphs"
import { classCoverage } from "@saddlepoint/metrics/classCoverage"
import { fid } from "@saddlepoint/metrics/fid"
import { domainClassifier } from "@saddlepoint/metrics/judges/domainClassifier"

const width = 24
const shared = {
  data: fashionMnist(),
  generator: dcganGenerator({ width }),
  discriminator: dcganDiscriminator({ width }),
  optimiser: adam({ rate: 2e-4, beta1: 0.5 }),
  batch: 64,
  latent: 64,
  samples: 2000,
  snapshots: 4,
} as const
/** Critics that are penalised see no batch norm (Gulrajani et al. 2017, section 4). */
const critic = { discriminator: dcganDiscriminator({ width, norm: "none" }), criticMoves: 5 } as const

const judge = domainClassifier({ steps: 2000, width: 16 })

/**
 * Seven adversarial losses on one network and one set, after Lucic et al. 2018, who found with 50 seeds of each loss's best of many configurations that none is
 * consistently better on Fashion-MNIST: WGAN 21.5, WGAN-GP 24.5, non-saturating 26.5, DRAGAN 27.7, minimax 29.6, LSGAN 30.7 by Inception's features. Theirs is InfoGAN's network
 * and 20 epochs; this is a small DCGAN, few steps, a judge of its own, and BEGAN's place is taken by hinge: orders may be compared, numbers not.
 */
export default experiment({
  name: "gan-loss-zoo",
  question: "Does any adversarial loss make better garments than the non-saturating one?",
  arms: {
    bce: baseline(gan({ ...shared, losses: [adversarial("bce")] })),
    minimax: challenger(gan({ ...shared, losses: [adversarial("minimax")] })),
    lsgan: challenger(gan({ ...shared, losses: [adversarial("lsgan")] })),
    hinge: challenger(gan({ ...shared, losses: [adversarial("hinge")] })),
    wgan: challenger(gan({ ...shared, ...critic, losses: [adversarial("wasserstein")], clip: 0.05 })),
    wganGp: challenger(
      gan({ ...shared, ...critic, losses: [adversarial("wasserstein"), gradientPenalty(10)] }),
    ),
    dragan: challenger(
      gan({
        ...shared,
        discriminator: critic.discriminator,
        losses: [adversarial("bce"), dragan(10)],
      }),
    ),
  },
  metrics: [fid({ features: judge }), classCoverage({ classifier: judge })],
  compare: { metric: "fid", against: ["bce"], margin: relative(0.1), alpha: 0.05 },
  seeds: 5,
  budget: { steps: 2000 },
  profiles: {
    /** Generated digits and few steps: that everything runs, in three minutes. */
    quick: {
      arms: Object.fromEntries(
        ["bce", "minimax", "lsgan", "hinge", "wgan", "wganGp", "dragan"].map((arm) => [
          arm,
          { data: glyphs({ size: 28, train: 2000, validation: 1, test: 500 }), samples: 500, snapshots: 2 },
        ]),
      ),
      seeds: 2,
      budget: { steps: 120 },
    },
  },
})
