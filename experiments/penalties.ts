import { baseline, challenger, experiment, relative } from "@saddlepoint/core/experiment"
import { adversarial } from "@saddlepoint/core/losses/adversarial"
import { gradientPenalty } from "@saddlepoint/core/losses/gradientPenalty"
import { r1 } from "@saddlepoint/core/losses/r1"
import { gan } from "@saddlepoint/core/methods/samples/gan"
import { dcganDiscriminator } from "@saddlepoint/core/models/dcganDiscriminator"
import { dcganGenerator } from "@saddlepoint/core/models/dcganGenerator"
import { adam } from "@saddlepoint/core/optimisers/adam"
import { glyphs } from "@saddlepoint/datasets/glyphs"
import { mnist } from "@saddlepoint/datasets/mnist"
import { fid } from "@saddlepoint/metrics/fid"
import { inceptionScore } from "@saddlepoint/metrics/inceptionScore"
import { domainClassifier } from "@saddlepoint/metrics/judges/domainClassifier"

const width = 24
const critic = dcganDiscriminator({ width, norm: "none" })
const shared = {
  data: mnist({ train: 10_000 }),
  generator: dcganGenerator({ width }),
  discriminator: critic,
  optimiser: adam({ rate: 4e-4, beta1: 0.5 }),
  batch: 64,
  latent: 64,
  criticMoves: 2,
  samples: 1000,
  snapshots: 2,
} as const

const judge = domainClassifier({ steps: 2000, width: 16 })

/**
 * What keeps a critic in bounds, and which of it is worth its cost? One generator, one critic without norm, one optimiser, so many moves of the generator;
 * arms differ in the loss and in what is done to the critic. `normed` is the penalty on a critic with batch norm, where a score is no function of one
 * image any more (Gulrajani et al. 2017, section 4).
 */
export default experiment({
  name: "penalties",
  question: "What should keep a critic in bounds: clipping, a gradient penalty, or spectral norm?",
  arms: {
    none: baseline(gan({ ...shared, losses: [adversarial("bce")] })),
    clip: challenger(gan({ ...shared, losses: [adversarial("wasserstein")], clip: 0.05 })),
    gradientPenalty: challenger(
      gan({ ...shared, losses: [adversarial("wasserstein"), gradientPenalty(10)] }),
    ),
    normed: challenger(
      gan({
        ...shared,
        discriminator: dcganDiscriminator({ width, norm: "batch" }),
        losses: [adversarial("wasserstein"), gradientPenalty(10)],
      }),
    ),
    r1: challenger(gan({ ...shared, losses: [adversarial("bce"), r1(1)] })),
    spectral: challenger(
      gan({
        ...shared,
        discriminator: dcganDiscriminator({ width, norm: "none", weights: "spectral" }),
        losses: [adversarial("hinge")],
      }),
    ),
  },
  metrics: [fid({ features: judge }), inceptionScore({ classifier: judge })],
  compare: {
    metric: "fid",
    against: ["none", "clip", "gradientPenalty"],
    margin: relative(0.1),
    alpha: 0.05,
  },
  seeds: 5,
  budget: { steps: 500 },
  profiles: {
    /** Generated digits and a tenth of the steps: that everything runs, in three minutes. */
    quick: {
      arms: Object.fromEntries(
        ["none", "clip", "gradientPenalty", "normed", "r1", "spectral"].map((arm) => [
          arm,
          { data: glyphs({ size: 28, train: 2000, validation: 1, test: 500 }), samples: 500, snapshots: 2 },
        ]),
      ),
      seeds: 2,
      budget: { steps: 150 },
    },
  },
})
